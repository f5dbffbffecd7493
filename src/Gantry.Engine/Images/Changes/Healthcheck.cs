using System.Globalization;
using Gantry.Oci.Image;

namespace Gantry.Engine.Images.Changes;

/// <summary>HEALTHCHECK: <c>NONE</c>, or <c>CMD</c> with a command in either form, and how often.</summary>
internal static class Healthcheck
{
    /// <summary>In nanoseconds.</summary>
    private const long Shortest = 1_000_000;

    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static ImageHealthcheck Parse(Instruction instruction)
    {
        if (instruction.Rest.Length == 0) throw GantryException.Invalid("HEALTHCHECK requires at least one argument");
        InstructionFlags flags = new(instruction, "interval", "timeout", "start-period", "start-interval", "retries");
        int blank = instruction.Rest.AsSpan().IndexOfAny(Instruction.Blanks);
        string type = (blank < 0 ? instruction.Rest : instruction.Rest[..blank]).ToUpperInvariant(),
            rest = blank < 0 ? "" : instruction.Rest[blank..].Trim();
        return type switch
        {
            "NONE" when rest.Length == 0 => new ImageHealthcheck { Test = ["NONE"] },
            "NONE" => throw GantryException.Invalid("HEALTHCHECK NONE takes no arguments"),
            "CMD" => new ImageHealthcheck
            {
                Test = Command(rest),
                Interval = Nanoseconds(flags, "interval"), Timeout = Nanoseconds(flags, "timeout"),
                StartPeriod = Nanoseconds(flags, "start-period"), StartInterval = Nanoseconds(flags, "start-interval"),
                Retries = Retries(flags["retries"]),
            },
            _ => throw GantryException.Invalid($"Unknown type {GoQuote.Quote(type)} in HEALTHCHECK (try CMD)"),
        };
    }

    private static IReadOnlyList<string> Command(string rest)
    {
        List<string>? list = JsonForm.TryRead(rest);
        if (list is { Count: 0 } || rest.Length == 0) throw GantryException.Invalid("Missing command after HEALTHCHECK CMD");
        return list is null ? ["CMD-SHELL", rest] : ["CMD", .. list];
    }

    private static long Nanoseconds(InstructionFlags flags, string name)
    {
        if (flags[name] is not { } text) return 0;
        long nanoseconds;
        try
        {
            nanoseconds = Duration.Nanoseconds(text);
        }
        catch (FormatException e)
        {
            throw GantryException.Invalid(e.Message);
        }
        return nanoseconds >= Shortest ? nanoseconds
            : throw GantryException.Invalid($"Interval {GoQuote.Quote(name)} cannot be less than 1ms");
    }

    private static int Retries(string? text)
    {
        if (text is null) return 0;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int retries))
            throw GantryException.Invalid($"strconv.ParseInt: parsing {GoQuote.Quote(text)}: invalid syntax");
        return retries >= 1 ? retries : throw GantryException.Invalid($"--retries must be at least 1 (not {retries})");
    }
}
