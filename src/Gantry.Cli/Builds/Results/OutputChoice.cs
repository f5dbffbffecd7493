using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Builds.Results;

/// <summary>What a build shall give, as <c>--output</c> says it: an image in the engine, one in an archive, or the files of its result.
/// </summary>
/// <param name="Type"><c>image</c>, <c>oci</c>, <c>docker</c>, <c>tar</c> or <c>local</c>.</param>
/// <param name="Path">Of the archive or the directory; <c>-</c> for standard output.</param>
internal sealed record OutputChoice(string Type, string Path)
{
    private const string StandardOutput = "-";

    public static OutputChoice Image { get; } = new("image", "");

    /// <summary>Something comes with the answer.</summary>
    public bool IsArchive => Type != Image.Type;

    /// <summary>The files of the result, and no image.</summary>
    public bool IsFiles => Type is "tar" or "local";

    public bool IsStandardOutput => Path == StandardOutput;

    /// <summary>The archive is unpacked there.</summary>
    public bool IsDirectory { get; init; }

    /// <summary>Further names of the image, between commas.</summary>
    public string Names { get; init; } = "";

    /// <summary>The image goes to its registries when it is built.</summary>
    public bool Push { get; init; }

    /// <summary>Files of each platform go into a directory of its name, also of one alone; null where that depends on how many there are.
    /// </summary>
    public bool? IsSplit { get; init; }

    /// <summary>How the API calls it; null for an image.</summary>
    public string? Wire => IsFiles ? "tar" : IsArchive ? Type : null;

    /// <param name="values">Of the option, as often as it was given.</param>
    /// <exception cref="CliException">It cannot be had.</exception>
    public static OutputChoice Of(IReadOnlyList<string> values)
    {
        OutputChoice[] choices = [.. values.Select(Parse).Distinct()];
        OutputChoice choice = choices.Length switch
        {
            0 => Image,
            1 => choices[0],
            _ => throw new CliException("a build gives one thing: --output may be given once"),
        };
        if (choice.IsStandardOutput && TerminalSize.IsTerminal(1))
            throw new CliException($"dest file is required for {choice.Type} exporter. refusing to write to console");
        return choice;
    }

    private static OutputChoice Parse(string text)
    {
        if (text == StandardOutput) return new OutputChoice("tar", StandardOutput);
        if (text.Length == 0) throw Refuse(text, "it is empty");
        if (!text.Contains('=')) return new OutputChoice("local", text) { IsDirectory = true };
        Dictionary<string, string> said = [];
        foreach ((string key, string? value, string field) in CsvFields.Pairs(text))
            said[key] = value ?? throw Refuse(text, $"\"{field}\" means nothing here");
        string type = Take("type") ?? "", path = Take("dest") ?? "", names = Take("name") ?? "";
        bool push = Switch("push") ?? false, isDirectory = Switch("tar") == false;
        bool? isSplit = Switch("platform-split");
        OutputChoice choice = type switch
        {
            "tar" => new OutputChoice(type, path.Length > 0 ? path : StandardOutput),
            "local" when path.Length > 0 && path != StandardOutput => new OutputChoice(type, path) { IsDirectory = true },
            "local" => throw Refuse(text, "dest=DIRECTORY is required for local"),
            "oci" or "docker" when isDirectory && (path.Length == 0 || path == StandardOutput) =>
                throw Refuse(text, "dest=DIRECTORY is required with tar=false"),
            // As the engine's own builder has it: without a place it is the engine's image.
            "docker" when path.Length == 0 => Image,
            "oci" or "docker" => new OutputChoice(type, path.Length > 0 ? path : StandardOutput) { IsDirectory = isDirectory },
            "image" or "registry" when path.Length > 0 => throw Refuse(text, $"dest means nothing for {type}"),
            "image" => Image with { Push = push },
            "registry" => Image with { Push = true },
            _ => throw Refuse(text, "types are image, registry, docker, oci, tar and local"),
        };
        if (push && !choice.Push) throw Refuse(text, $"push means nothing for {type}");
        if (isDirectory && !choice.IsDirectory) throw Refuse(text, $"tar means nothing for {type}");
        if (isSplit is not null && !choice.IsFiles) throw Refuse(text, $"platform-split means nothing for {type}");
        if (names.Length > 0 && choice.IsFiles) throw Refuse(text, $"name means nothing for {type}");
        return said.Count == 0 ? choice with { Names = names, IsSplit = isSplit }
            : throw Refuse(text, $"\"{said.First().Key}\" means nothing here");

        string? Take(string key) => said.Remove(key, out string? value) ? value : null;

        bool? Switch(string key) => Take(key) is not { } value ? null
            : GoBool.Parse(value) ?? throw Refuse(text, $"\"{value}\" is no truth value");
    }

    private static CliException Refuse(string text, string why) => new($"invalid value \"{text}\" for --output: {why}", CliException.Usage);
}
