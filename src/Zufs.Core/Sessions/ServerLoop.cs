using Zufs.Channels;

namespace Zufs.Sessions;

/// <summary>The loop of every server thread, on every channel.</summary>
internal static class ServerLoop
{
    /// <summary>Takes requests and serves them until the channel says why there won't be another.</summary>
    public static ExchangeOutcome ProcessRequests(Dispatcher dispatcher, ServerScope scope)
    {
        Channel channel = scope.Channel;
        for (; ; )
        {
            ExchangeOutcome outcome = channel.Exchange(ref scope.Frame);
            if (outcome == ExchangeOutcome.Request)
                dispatcher.Handle(scope);
            else if (outcome == ExchangeOutcome.Malformed)
                scope.Counters.Malformed++;
            else
                return outcome;
        }
    }
}
