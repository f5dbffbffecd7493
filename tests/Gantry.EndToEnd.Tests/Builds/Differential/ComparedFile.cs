namespace Gantry.EndToEnd.Builds.Differential;

/// <summary>A Dockerfile of <c>built/</c>. Lines that begin with <c>#:</c> are not part of it but say how it is built:
/// <c>options …</c> of the command line and <c>context …</c>, what a shell does in the context first; <c>classic …</c> and
/// <c>buildkit …</c>, the one builder that it is compared with, and why not with the other; <c>always</c>, also without being asked.
/// </summary>
internal sealed class ComparedFile
{
    private static readonly string Files = Path.Combine(AppContext.BaseDirectory, "Builds/Differential/built");

    private readonly Dictionary<string, string> _words = [];

    public ComparedFile(string name)
    {
        List<string> lines = [];
        foreach (string line in File.ReadAllText(Path.Combine(Files, name)).Split('\n'))
        {
            if (!line.StartsWith("#: ", StringComparison.Ordinal)) lines.Add(line);
            else _words.Add(line[3..].Split(' ')[0], line[3..].Split(' ', 2) is [_, var rest] ? rest : "");
        }
        Text = string.Join('\n', lines);
        Assert.Empty(_words.Keys.Except(["options", "context", "classic", "buildkit", "always"]));
    }

    public static IEnumerable<string> Names => Directory.EnumerateFiles(Files).Select(path => Path.GetFileName(path)!)
        .Order(StringComparer.Ordinal);

    public string Text { get; }
    public string Options => _words.GetValueOrDefault("options", "");
    public string Script => _words.GetValueOrDefault("context", "");
    public bool IsForClassic => !_words.ContainsKey("buildkit");
    public bool IsForBuildKit => !_words.ContainsKey("classic");
    public bool IsAlways => _words.ContainsKey("always");
}
