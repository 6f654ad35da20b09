using System.Globalization;
using System.Text;

namespace Zufs.Supervision;

/// <summary>
/// What the threads of a process are doing, from <c>/proc/PID/task</c>: name, state, system call, and the kernel's stack where this user may read it. Frames of
/// user space, managed ones too, are not there: only the process itself could give them, and it may be past that.
/// </summary>
internal static class ProcessStacks
{
    private const int MaxThreads = 128;

    /// <summary>Describes a process, a thread a paragraph.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="first">Threads that come first.</param>
    public static string Describe(int pid, IReadOnlyCollection<int> first)
    {
        var text = new StringBuilder();
        IEnumerable<int> threads = ThreadsOf(pid).OrderBy(thread => first.Contains(thread) ? 0 : 1).ThenBy(thread => thread).Take(MaxThreads);
        foreach (int thread in threads)
        {
            string at = $"/proc/{pid}/task/{thread}";
            string state = Read($"{at}/stat") is var stat && stat.LastIndexOf(')') is > 0 and var end && end + 2 < stat.Length ? stat.Substring(end + 2, 1) : "?";
            text.Append(CultureInfo.InvariantCulture, $"  thread {thread} {Read($"{at}/comm")}, state {state}, wchan {Read($"{at}/wchan")}, syscall {Read($"{at}/syscall")}\n");
            foreach (string line in Read($"{at}/stack").Split('\n', StringSplitOptions.RemoveEmptyEntries))
                text.Append(CultureInfo.InvariantCulture, $"    {line.Trim()}\n");
        }
        return text.ToString().TrimEnd();
    }

    private static List<int> ThreadsOf(int pid)
    {
        var threads = new List<int>();
        try
        {
            foreach (string folder in Directory.EnumerateDirectories($"/proc/{pid}/task"))
            {
                if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int thread))
                    threads.Add(thread);
            }
        }
        catch (IOException)
        {
            // It has ended.
        }
        return threads;
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
