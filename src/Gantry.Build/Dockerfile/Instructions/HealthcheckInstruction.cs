using System.Globalization;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>HEALTHCHECK: how to find out whether a container works: <c>NONE</c>, or <c>CMD</c> with a command in either form.</summary>
/// <param name="Test">As the image's configuration has it.</param>
/// <param name="Interval">In nanoseconds, all of them, as the image's configuration has it; the framework's spans are coarser.</param>
/// <param name="Retries">0 where it is not said, as the durations are.</param>
public sealed record HealthcheckInstruction(Statement Statement, IReadOnlyList<string> Test, long Interval, long Timeout,
    long StartPeriod, long StartInterval, int Retries) : Instruction(Statement)
{
    private const long Shortest = 1_000_000;

    private static readonly InstructionFlag[] Flags =
        [new("interval"), new("timeout"), new("start-period"), new("start-interval"), new("retries")];

    internal static HealthcheckInstruction Parse(Statement statement)
    {
        if (statement.Rest.Length == 0) throw statement.Refuse("HEALTHCHECK requires at least one argument");
        InstructionFlags flags = new(statement, Flags);
        Statement inner = statement.Inner();
        if (inner.Name == "NONE")
        {
            if (inner.Rest.Length > 0 || inner.Flags.Count > 0) throw inner.Refuse("HEALTHCHECK NONE takes no arguments");
            return new HealthcheckInstruction(statement, ["NONE"], 0, 0, 0, 0, 0);
        }
        if (inner.Name != "CMD")
            throw inner.Keyword.Refuse($"Unknown type {GoQuote.Quote(inner.Name)} in HEALTHCHECK (try CMD)");
        return new HealthcheckInstruction(statement, Command(statement, inner), Span(flags, "interval"), Span(flags, "timeout"),
            Span(flags, "start-period"), Span(flags, "start-interval"), Count(flags["retries"]));
    }

    private static IReadOnlyList<string> Command(Statement statement, Statement inner)
    {
        List<Word>? list = inner.Flags.Count > 0 ? null : JsonForm.TryRead(inner);
        // Dashes behind CMD are the command's own.
        string line = statement.Rest["CMD".Length..].Trim();
        if (list is { Count: 0 } || line.Length == 0) throw inner.Refuse("Missing command after HEALTHCHECK CMD");
        return list is null ? ["CMD-SHELL", line] : ["CMD", .. list.Select(word => word.Text)];
    }

    private static long Span(InstructionFlags flags, string name)
    {
        if (flags[name] is not { } value) return default;
        try
        {
            long duration = Duration.Nanoseconds(value.Text);
            return duration >= Shortest ? duration : throw value.Refuse($"Interval {GoQuote.Quote(name)} cannot be less than 1ms");
        }
        catch (FormatException e)
        {
            throw value.Refuse(e.Message, "for example 30s or 1m30s");
        }
    }

    private static int Count(Word? value)
    {
        if (value is not { } word) return 0;
        if (!int.TryParse(word.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int retries))
            throw word.Refuse($"strconv.ParseInt: parsing {GoQuote.Quote(word.Text)}: invalid syntax");
        return retries >= 1 ? retries : throw word.Refuse($"--retries must be at least 1 (not {retries})");
    }
}
