using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds.Edits;

/// <summary>A context that is changed by chance, with names and words that come again, so that it is often as it was before.</summary>
internal sealed class EditedContext(string root, Random random)
{
    private static readonly string[] Names = ["a", "b", "c", "d"], Directories = ["", "src", "src/sub", "src/deep/er", "other"],
        Words = ["one", "two", "three", "four"], Patterns = ["src/a", "src/sub", "*/b", "**/c", "other", "!src/sub/a", "src/*", "!**/d"];
    private static readonly UnixFileMode[] Modes =
        [(UnixFileMode)0x1a4, (UnixFileMode)0x1ed, (UnixFileMode)0x180, (UnixFileMode)0x1c9, (UnixFileMode)0x9ed];
    private static readonly DateTime Epoch = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public string Path => root;

    /// <summary>What the Dockerfile copies by name.</summary>
    public async Task Begin()
    {
        foreach (string directory in Directories)
            foreach (string name in Names[..2]) Write($"{Made(directory)}/{name}", Word());
        Write($"{root}/one", Word());
        Write($"{root}/two", Word());
        await Shell("mkdir t; echo in > t/in; chmod 750 t; tar -cf archive.tar t; rm -r t");
    }

    /// <returns>What was done.</returns>
    public async Task<string> Edit()
    {
        string path = Place();
        switch (random.Next(12))
        {
            case 0:
                Write(path, Word() + Word());
                return $"add or rewrite {path}";
            case 1:
                return OfSameSizeAndTime(Existing());
            case 2:
                return Remove(Existing());
            case 3:
                return Rename(Existing(), path);
            case 4:
                path = Existing();
                File.SetUnixFileMode(path, Chosen(Modes));
                return $"mode of {path}";
            case 5:
                await File.WriteAllLinesAsync($"{root}/.dockerignore", Patterns.Where(_ => random.Next(4) == 0));
                return "patterns of what is left out";
            case 6:
                Remove(path);
                File.CreateSymbolicLink(path, Chosen<string>([.. Names, "../one", "/c/a", "nowhere"]));
                return $"link {path}";
            case 7:
                string target = Existing();
                Remove(path);
                if (File.Exists(target)) await Shell($"ln {target} {path}");
                return $"second name {path} of {target}";
            case 8:
                Remove(path);
                Directory.CreateDirectory($"{path}/{Chosen(Names)}");
                return $"directory {path}";
            case 9:
                string directory = Made(Chosen(Directories[1..]));
                File.SetUnixFileMode(directory, Chosen(Modes[1..4]));
                return $"mode of directory {directory}";
            case 10:
                Write($"{root}/{Chosen<string>(["one", "two"])}", Word());
                return "a file that is copied by name";
            default:
                await Shell($"mkdir -p t; echo {Word()} > t/{Chosen(Names)}; tar -cf archive.tar t; rm -r t");
                return "the archive";
        }
    }

    /// <summary>Another time, and nothing else.</summary>
    public string Touch()
    {
        string path = Existing();
        File.SetLastWriteTimeUtc(path, Epoch.AddSeconds(random.Next(1000)));
        return $"touch {path}";
    }

    private string OfSameSizeAndTime(string path)
    {
        DateTime time = File.GetLastWriteTimeUtc(path);
        byte[] content = File.ReadAllBytes(path);
        if (content.Length > 0) content[random.Next(content.Length)] ^= 1;
        File.WriteAllBytes(path, content);
        File.SetLastWriteTimeUtc(path, time);
        return $"one bit of {path}, of the same size and time";
    }

    private string Rename(string from, string to)
    {
        if (from == to) return "nothing";
        Remove(to);
        if (File.Exists(from)) File.Move(from, to);
        return $"rename {from} to {to}";
    }

    private string Place() => $"{Made(Chosen(Directories))}/{Chosen(Names)}";

    /// <summary>The directory, whatever had its place before.</summary>
    private string Made(string directory)
    {
        string path = root;
        foreach (string part in directory.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            path += "/" + part;
            if (File.Exists(path) || new FileInfo(path).LinkTarget is not null) File.Delete(path);
            Directory.CreateDirectory(path);
        }
        return path;
    }

    /// <summary>A file, not the archive and no link: what that leads to is not ours to change.</summary>
    private string Existing()
    {
        List<string> files = [.. Directory.EnumerateFiles(root, "*",
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(path => !path.EndsWith(".tar", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        if (files.Count > 0) return Chosen(files);
        Write($"{root}/one", Word());
        return $"{root}/one";
    }

    private void Write(string path, string content)
    {
        Remove(path);
        File.WriteAllText(path, content + "\n");
        File.SetLastWriteTimeUtc(path, Epoch.AddSeconds(random.Next(1000)));
    }

    private static string Remove(string path)
    {
        if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null) Directory.Delete(path, recursive: true);
        else File.Delete(path);
        return $"remove {path}";
    }

    private string Word() => Chosen(Words);

    private T Chosen<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];

    private async Task Shell(string script) => (await Command.Run("sh", ["-ec", script], "", directory: root)).Succeeded();
}
