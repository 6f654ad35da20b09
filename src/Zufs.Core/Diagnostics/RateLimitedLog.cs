using System.Diagnostics;

namespace Zufs.Diagnostics;

/// <summary>
/// Lets through so many lines a second, so that a broken file system or a flood of bad requests doesn't fill the log. What was left out is
/// counted and said with the next line. Any thread.
/// </summary>
public sealed class RateLimitedLog
{
    private readonly Action<string> _sink;
    private readonly int _linesPerSecond;
    private readonly object _lock = new();
    private long _windowStart;
    private int _inWindow;
    private long _suppressed;

    /// <summary>A log in front of another.</summary>
    /// <param name="sink">Where the lines go. What it throws is swallowed: a log never breaks an operation.</param>
    /// <param name="linesPerSecond">At most so many.</param>
    public RateLimitedLog(Action<string> sink, int linesPerSecond = 20)
    {
        _sink = sink;
        _linesPerSecond = linesPerSecond;
    }

    /// <summary>Writes a line, or counts it as left out.</summary>
    /// <param name="line">One sentence.</param>
    public void Write(string line)
    {
        long suppressed;
        lock (_lock)
        {
            long now = Stopwatch.GetTimestamp();
            if (now - _windowStart >= Stopwatch.Frequency || _windowStart == 0)
            {
                _windowStart = now;
                _inWindow = 0;
            }
            if (_inWindow >= _linesPerSecond)
            {
                _suppressed++;
                return;
            }
            _inWindow++;
            suppressed = _suppressed;
            _suppressed = 0;
        }
        try
        {
            _sink(suppressed == 0 ? line : $"{line} ({suppressed} lines before this one were left out)");
        }
        catch (Exception)
        {
            // The sink belongs to the caller; an operation must not fail because its log did.
        }
    }
}
