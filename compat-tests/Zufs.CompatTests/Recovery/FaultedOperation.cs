using Zufs.Conformance.Interop;

namespace Zufs.CompatTests.Recovery;

/// <summary>An operation that a worker dies in: what makes it come, and what shows that it happened once.</summary>
/// <param name="Name">The operation's name; more than one case may have it.</param>
/// <param name="Act">The system call.</param>
internal sealed record FaultedOperation(string Name, Func<FaultScene, Outcome> Act)
{
    /// <summary>Whether it must not happen twice, so that it has an intent and a result.</summary>
    public bool IsJournalled { get; init; }

    /// <summary>Whether it is done too where starting a worker takes long.</summary>
    public bool IsShort { get; init; }

    /// <summary>What is beside the name in a failure's message.</summary>
    public string Variant { get; init; } = "";

    /// <summary>The file systems that get it.</summary>
    public string[] Kinds { get; init; } = ["memory", "passthrough", "tmds-directory"];

    /// <summary>Before: without making the operation come.</summary>
    public Action<FaultScene> SetUp { get; init; } = _ => { };

    /// <summary>The names that are there afterwards and weren't before.</summary>
    public string[] Adds { get; init; } = [];

    /// <summary>The names that are gone afterwards.</summary>
    public string[] Removes { get; init; } = [];

    /// <summary>What else must be so.</summary>
    public Action<FaultScene> Verify { get; init; } = _ => { };

    /// <summary>Where workers die, one list a time that it is done: at each step, and twice over the same request.</summary>
    public string[][] Deaths(bool isShort) => (IsJournalled, isShort) switch
    {
        (true, false) =>
        [
            [At("request")], [At("intent")], [At("effect")], [At("result")], [At("replied")],
            [At("intent"), At("again-effect")], [At("effect"), At("again-effect")], [At("effect"), At("again-result")], [At("result"), At("again-request")],
        ],
        (true, true) => [[At("intent")], [At("effect"), At("again-effect")], [At("result")]],
        (false, false) => [[At("request")], [At("effect")], [At("replied")], [At("effect"), At("again-effect")]],
        (false, true) => [[At("effect")]],
    };

    public override string ToString() => Variant.Length == 0 ? Name : $"{Name} ({Variant})";

    private string At(string step) => $"{step}.{Name}";
}
