using System.Globalization;
using System.Text;
using Gantry.Api.Host;
using Gantry.Cli.Output;

namespace Gantry.Cli.Tracing;

/// <summary>
/// One operation for people: a head line, then its phases as a tree with their place in time:
/// <code>
/// start  4f0c8e1d2a3b  11:06:48.123  12.40 ms
///   assemble rootfs      ━━━━                                       1.20 ms   9.7%
///     mount overlay       ━━                                        0.60 ms   4.8%
///   network                  ━━━━━━━━━━━━━━━━                       5.00 ms  40.3%
///   (not timed)                                                     6.20 ms  50.0%
/// </code>
/// </summary>
internal static class TraceText
{
    private const int BarWidth = 40;
    private const string NotTimed = "(not timed)";

    public static string Of(OperationTrace trace)
    {
        StringBuilder text = new();
        text.Append(trace.Operation);
        if (trace.Container.Length > 0) text.Append("  ").Append(Shorten.Id(trace.Container));
        text.Append(CultureInfo.InvariantCulture, $"  {trace.At.ToLocalTime():HH:mm:ss.fff}  {Milliseconds(trace.Microseconds)} ms\n");
        long rest = trace.Microseconds - trace.Phases.Where(phase => phase.Depth == 0).Sum(phase => phase.Microseconds);
        int width = trace.Phases.Select(phase => Indent(phase.Depth) + DisplayWidth.Of(phase.Name)).Append(NotTimed.Length + Indent(0))
            .Max() + 2;
        foreach (OperationPhase phase in trace.Phases) AppendPhase(text, trace, phase, width);
        // Phases side by side may take more than the whole; then nothing is left to account for.
        if (rest > 0 && trace.Phases.Count > 0)
            AppendLine(text, new string(' ', Indent(0)) + NotTimed, width, new string(' ', BarWidth), rest, trace.Microseconds);
        return text.ToString();
    }

    private static void AppendPhase(StringBuilder text, OperationTrace trace, OperationPhase phase, int width) =>
        AppendLine(text, new string(' ', Indent(phase.Depth)) + phase.Name, width, Bar(trace, phase), phase.Microseconds,
            trace.Microseconds);

    private static void AppendLine(StringBuilder text, string name, int width, string bar, long microseconds, long whole)
    {
        double share = whole > 0 ? 100.0 * microseconds / whole : 0;
        text.Append(name).Append(' ', Math.Max(1, width - DisplayWidth.Of(name))).Append(bar)
            .Append(CultureInfo.InvariantCulture, $" {Milliseconds(microseconds),9} ms {share,5:F1}%\n");
    }

    /// <summary>The phase's place on the operation's line of time; a short one still shows.</summary>
    private static string Bar(OperationTrace trace, OperationPhase phase)
    {
        long whole = Math.Max(1, trace.Microseconds);
        int from = (int)Math.Clamp(phase.StartMicroseconds * BarWidth / whole, 0, BarWidth - 1);
        int to = (int)Math.Clamp((phase.StartMicroseconds + phase.Microseconds) * BarWidth / whole, from + 1, BarWidth);
        return new string(' ', from) + new string('━', to - from) + new string(' ', BarWidth - to);
    }

    private static int Indent(int depth) => 2 + 2 * Math.Clamp(depth, 0, 20);

    private static string Milliseconds(long microseconds) => (microseconds / 1000.0).ToString("F2", CultureInfo.InvariantCulture);
}
