namespace Gantry.EndToEnd.Processes;

/// <summary>A directory of one test's own.</summary>
public sealed class Scratch : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("gantry-scratch").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Runs a script there, which must succeed.</summary>
    public async Task<string> Shell(string script) => (await Command.Run("sh", ["-ec", script], "", directory: Path)).Succeeded();

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
