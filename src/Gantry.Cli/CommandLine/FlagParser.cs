using Gantry.Cli.Commands;

namespace Gantry.Cli.CommandLine;

/// <summary>
/// Reads a command line by the grammar that users of docker have in their fingers (and in their scripts): <c>-it</c>,
/// <c>-p8080:80</c>, <c>-p 8080:80</c>, <c>--name=x</c>, <c>--name x</c>, <c>--rm=false</c>; an option's value is the next argument
/// whatever that looks like; <c>--</c> ends the options.
/// </summary>
internal static class FlagParser
{
    /// <param name="stopAtOperand">From the first operand on, all is operand: what follows IMAGE belongs to the container.</param>
    /// <returns>The operands; null when help is asked for.</returns>
    /// <exception cref="UsageException">The message says which option is wrong and why.</exception>
    public static List<string>? Parse(FlagSet flags, ReadOnlySpan<string> arguments, bool stopAtOperand)
    {
        List<string> operands = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            string argument = arguments[i];
            if (argument.Length < 2 || argument[0] != '-')
            {
                operands.Add(argument);
                if (!stopAtOperand) continue;
                operands.AddRange(arguments[(i + 1)..]);
                break;
            }
            if (argument == "--")
            {
                operands.AddRange(arguments[(i + 1)..]);
                break;
            }
            if (argument == "--help" || (argument == "-h" && flags.Find('h') is null)) return null;
            i += argument[1] == '-' ? Long(flags, argument, arguments[(i + 1)..]) : Short(flags, argument, arguments[(i + 1)..]);
        }
        return operands;
    }

    /// <returns>How many of the following arguments were taken as a value.</returns>
    private static int Long(FlagSet flags, string argument, ReadOnlySpan<string> rest)
    {
        int equals = argument.IndexOf('=');
        string name = equals < 0 ? argument[2..] : argument[2..equals];
        if (name.Length == 0 || name[0] == '-') throw new UsageException($"bad flag syntax: {argument}");
        Flag flag = flags.Find(name) ?? throw new UsageException($"unknown flag: --{name}");
        if (equals >= 0) return Set(flag, argument[(equals + 1)..], 0);
        if (flag.ValueWhenAlone is { } alone) return Set(flag, alone, 0);
        return rest.Length > 0 ? Set(flag, rest[0], 1) : throw new UsageException($"flag needs an argument: --{name}");
    }

    /// <inheritdoc cref="Long"/>
    private static int Short(FlagSet flags, string argument, ReadOnlySpan<string> rest)
    {
        for (int i = 1; i < argument.Length; i++)
        {
            Flag flag = flags.Find(argument[i]) ?? throw new UsageException($"unknown shorthand flag: '{argument[i]}' in {argument}");
            string after = argument[(i + 1)..];
            if (after.StartsWith('=')) return Set(flag, after[1..], 0);
            if (flag.ValueWhenAlone is { } alone)
            {
                Set(flag, alone, 0);
                continue;
            }
            if (after.Length > 0) return Set(flag, after, 0);
            return rest.Length > 0 ? Set(flag, rest[0], 1)
                : throw new UsageException($"flag needs an argument: '{argument[i]}' in {argument}");
        }
        return 0;
    }

    private static int Set(Flag flag, string value, int taken)
    {
        try
        {
            flag.Set(value);
            return taken;
        }
        catch (FormatException e)
        {
            throw new UsageException($"invalid argument \"{value}\" for \"{flag}\" flag: {e.Message}");
        }
    }
}
