using System.Globalization;

namespace Gantry.Linux.Processes;

/// <summary>Signal numbers of Linux on x86-64 and arm64, and their names as people type them; signal(7).</summary>
public static class Signals
{
    public const int Hup = 1, Int = 2, Quit = 3, Kill = 9, Pipe = 13, Term = 15, Child = 17, Continue = 18, Stop = 19, WindowChange = 28;

    /// <summary>What ends a process that says nothing to the contrary, besides faults of its own, SIGKILL and SIGPIPE. Without the first
    /// real-time signal, which .NET takes for itself.</summary>
    public static IReadOnlyList<int> Deadly { get; } = [Hup, Int, Quit, 10, 12, 14, Term, 16, 24, 25, 26, 27, 29, 30,
        .. Enumerable.Range(RealTimeFirst + 1, RealTimeLast - RealTimeFirst)];

    private const int RealTimeFirst = 34, RealTimeLast = 64;

    private static readonly string[] Names =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT",
        "CHLD", "CONT",
        "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <param name="text"><c>9</c>, <c>KILL</c>, <c>SIGKILL</c>, <c>RTMIN+3</c>; case does not matter.</param>
    /// <exception cref="GantryException">InvalidArgument: <c>invalid signal: x</c>.</exception>
    public static int Parse(string text) =>
        TryParse(text, out int signal) ? signal : throw GantryException.Invalid($"invalid signal: {text}");

    public static bool TryParse(string text, out int signal)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out signal)) return signal is > 0 and <= RealTimeLast;
        string name = text.ToUpperInvariant();
        if (name.StartsWith("SIG", StringComparison.Ordinal)) name = name[3..];
        signal = name switch
        {
            "" => 0,
            "CLD" => Child,
            "IOT" => 6,
            "POLL" => 29,
            "RTMIN" => RealTimeFirst,
            "RTMAX" => RealTimeLast,
            _ => Math.Max(0, Array.IndexOf(Names, name)),
        };
        if (signal == 0 && name.StartsWith("RTMIN+", StringComparison.Ordinal) && TryOffset(name, out int up)) signal = RealTimeFirst + up;
        if (signal == 0 && name.StartsWith("RTMAX-", StringComparison.Ordinal) && TryOffset(name, out int down))
            signal = RealTimeLast - down;
        return signal is > 0 and <= RealTimeLast;
    }

    private static bool TryOffset(string name, out int offset) =>
        int.TryParse(name.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out offset) && offset <= RealTimeLast - RealTimeFirst;
}
