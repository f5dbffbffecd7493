using Gantry.Cli.Builds.Context;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Cli.Tests.Builds.Context;

/// <summary>A directory of a test's own, and what becomes of it on its way to the daemon.</summary>
internal sealed class PackedContext : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-context-").FullName;

    public string this[string name] => Path.Combine(_root, name);

    public string Root => Directory.CreateDirectory(this["context"]).FullName;

    /// <param name="name">In the context, or beside it with <c>../</c>.</param>
    public PackedContext With(string name, string content = "x\n")
    {
        string path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return this;
    }

    public (BuildContext Context, List<TarEntry> Entries) Pack(string file = "") => Pack(BuildContext.Find(Root, file));

    public static (BuildContext Context, List<TarEntry> Entries) Pack(BuildContext context)
    {
        using MemoryStream archive = new();
        context.Write!(archive);
        archive.Position = 0;
        TarReader reader = new(archive);
        List<TarEntry> entries = [];
        while (reader.Next() is { } entry) entries.Add(entry);
        return (context, entries);
    }

    public IReadOnlyList<string> Names(string file = "") => [.. Pack(file).Entries.Select(entry => entry.ShownName)];

    public byte[] Content(string name, string file = "")
    {
        using MemoryStream archive = new();
        BuildContext.Find(Root, file).Write!(archive);
        archive.Position = 0;
        TarReader reader = new(archive);
        while (reader.Next() is { } entry)
            if (entry.ShownName == name) return reader.ReadAll(1 << 20);
        return [];
    }

    public void Dispose()
    {
        using DirectoryHandle parent = DirectoryHandle.Open(Path.GetDirectoryName(_root)!);
        TreeRemoval.Remove(parent, PathBytes.Of(Path.GetFileName(_root)));
    }
}
