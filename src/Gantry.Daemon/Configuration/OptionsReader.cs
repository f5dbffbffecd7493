namespace Gantry.Daemon.Configuration;

/// <summary>Command line and file together; what both say is refused, for nobody could tell which one counts.</summary>
internal static class OptionsReader
{
    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static DaemonOptions Read(IReadOnlyList<string> arguments)
    {
        IReadOnlyList<(Option Option, string Value)> flags = CommandLine.Parse(arguments);
        DaemonOptions options = new();
        Apply(options, flags);
        if (options.ShowHelp || options.ShowVersion) return options;
        bool asked = flags.Any(flag => flag.Option.Flag == "config-file");
        IReadOnlyList<(Option Option, string Value)> file = ConfigFile.Read(options.ConfigFile, asked);
        RefuseBoth(options.ConfigFile, flags, file);
        Apply(options, file);
        NetworkSettings.Check(options);
        if (options.Hosts.Count == 0) options.Hosts.Add(ListenAddress.Default);
        return options;
    }

    private static void Apply(DaemonOptions options, IReadOnlyList<(Option Option, string Value)> given)
    {
        foreach ((Option option, string value) in given) option.Set(options, value);
    }

    private static void RefuseBoth(string path, IReadOnlyList<(Option Option, string Value)> flags,
        IReadOnlyList<(Option Option, string Value)> file)
    {
        List<string> both = [];
        foreach (IGrouping<Option, string> inFile in file.GroupBy(item => item.Option, item => item.Value))
        {
            string[] fromFlag = [.. flags.Where(flag => flag.Option == inFile.Key).Select(flag => flag.Value)];
            if (fromFlag.Length > 0)
                both.Add($"{inFile.Key.Key}: (from flag: {Show(inFile.Key, fromFlag)}, from file: {Show(inFile.Key, inFile)})");
        }
        if (both.Count > 0)
            throw GantryException.Invalid($"unable to configure the daemon with file {path}: the following directives are specified both "
                + $"as a flag and in the configuration file: {string.Join(", ", both)}");
    }

    private static string Show(Option option, IEnumerable<string> values) =>
        option.Kind == OptionKind.List ? $"[{string.Join(' ', values)}]" : string.Join(' ', values);
}
