namespace Gantry.Daemon.Configuration;

/// <summary>Reads <c>--name value</c>, <c>--name=value</c>, <c>-n value</c>, and switches,
/// which take a value only after an equals sign.</summary>
internal static class CommandLine
{
    /// <returns>The options given, in order, each with its value as text.</returns>
    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static IReadOnlyList<(Option Option, string Value)> Parse(IReadOnlyList<string> arguments)
    {
        List<(Option, string)> given = [];
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument is "daemon" && i == 0) continue; // The spelling of old: "docker daemon …".
            if (!argument.StartsWith('-') || argument == "-") throw GantryException.Invalid($"unexpected argument: {argument}");
            int equals = argument.IndexOf('=');
            string name = equals < 0 ? argument : argument[..equals];
            string? value = equals < 0 ? null : argument[(equals + 1)..];
            if (name is "-d" or "--daemon") continue; // Likewise: "docker -d".
            Option option = Find(ref name, ref value);
            if (option.Kind == OptionKind.Switch) value ??= "true";
            if (value is null)
            {
                if (++i >= arguments.Count) throw GantryException.Invalid($"flag needs an argument: {name}");
                value = arguments[i];
            }
            given.Add((option, value));
        }
        return given;
    }

    private static Option Find(ref string name, ref string? value)
    {
        string given = name;
        Option? option = OptionTable.All.FirstOrDefault(candidate => given == "--" + candidate.Flag
            || (candidate.Short is char letter && given == $"-{letter}"));
        if (option is null && given.Length > 2 && given[0] == '-' && given[1] != '-')
        {
            // The value glued to the letter: -Hunix:///run/x.sock
            string rest = value is null ? given[2..] : $"{given[2..]}={value}";
            option = OptionTable.All.FirstOrDefault(candidate => candidate.Short == given[1] && candidate.Kind != OptionKind.Switch);
            if (option is not null) (name, value) = (given[..2], rest);
        }
        return option ?? throw GantryException.Invalid($"unknown flag: {name}");
    }

    public static string Help()
    {
        System.Text.StringBuilder text = new("Usage: gantryd [OPTIONS]\n\nThe daemon of the Gantry container engine.\n\nOptions:\n");
        foreach (Option option in OptionTable.All.Where(option => option.Flag is not null)
            .OrderBy(option => option.Flag, StringComparer.Ordinal))
        {
            string flag = option.Short is char letter ? $"-{letter}, --{option.Flag}" : $"    --{option.Flag}";
            text.Append($"  {flag,-30} {option.Help}\n");
        }
        return text.ToString();
    }
}
