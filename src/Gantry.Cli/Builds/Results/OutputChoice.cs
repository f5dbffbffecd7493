using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Builds.Results;

/// <summary>What a build shall give, as <c>--output</c> says it: an image in the engine, or the files of its result.</summary>
/// <param name="Type"><c>image</c>, <c>tar</c> or <c>local</c>.</param>
/// <param name="Path">Of the archive or the directory; <c>-</c> for standard output.</param>
internal sealed record OutputChoice(string Type, string Path)
{
    private const string StandardOutput = "-";

    public static OutputChoice Image { get; } = new("image", "");

    public bool IsFiles => Type != Image.Type;

    public bool IsStandardOutput => Path == StandardOutput;

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
            throw new CliException("dest file is required for tar exporter. refusing to write to console");
        return choice;
    }

    private static OutputChoice Parse(string text)
    {
        if (text == StandardOutput) return new OutputChoice("tar", StandardOutput);
        if (!text.Contains('=')) return text.Length > 0 ? new OutputChoice("local", text) : throw Refuse(text, "it is empty");
        string type = "", path = "";
        foreach ((string key, string? value, string field) in CsvFields.Pairs(text))
        {
            if (key == "type") type = value ?? "";
            else if (key == "dest") path = value ?? "";
            else throw Refuse(text, key == "push" ? "push the image when it is built" : key == "name" ? "-t names the image"
                : $"\"{field}\" means nothing here");
        }
        return type switch
        {
            "tar" => new OutputChoice(type, path.Length > 0 ? path : StandardOutput),
            "local" when path.Length > 0 && path != StandardOutput => new OutputChoice(type, path),
            "local" => throw Refuse(text, "dest=DIRECTORY is required for local"),
            "image" or "docker" when path.Length == 0 => Image,
            "docker" or "oci" => throw Refuse(text, "save brings the image out when it is built"),
            "registry" => throw Refuse(text, "push the image when it is built"),
            _ => throw Refuse(text, "types are image, docker, tar and local"),
        };
    }

    private static CliException Refuse(string text, string why) => new($"invalid value \"{text}\" for --output: {why}", CliException.Usage);
}
