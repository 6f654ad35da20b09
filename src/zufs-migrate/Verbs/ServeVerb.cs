using System.CommandLine;
using Zufs.Migrate.Plugins;
using Zufs.Supervision;

namespace Zufs.Migrate.Verbs;

/// <summary><c>serve</c>: the worker of a mount whose file system is a .NET assembly. Hidden: supervisors start it, not people.</summary>
internal static class ServeVerb
{
    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        // Only for who reads ps(1): what is served comes from the supervisor.
        var shown = new Argument<string[]>("SHOWN") { Arity = ArgumentArity.ZeroOrMore };
        var verb = new Verb("serve", "Serves a mount for its supervisor.") { shown };
        verb.Hidden = true;
        verb.SetAction(_ => WorkerHost.Run(PluginLoader.Load));
        return verb;
    }
}
