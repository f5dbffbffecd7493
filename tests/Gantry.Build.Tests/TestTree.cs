using System.Diagnostics;
using System.Globalization;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Build.Tests;

/// <summary>A directory for one test; removed whatever is in it.</summary>
internal sealed class TestTree : IDisposable
{
    private DirectoryHandle? _root;

    public string Path { get; } = Directory.CreateTempSubdirectory("gantry-build-").FullName;

    public DirectoryHandle Root => _root ??= DirectoryHandle.Open(Path);

    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    public TestTree File(string name, string content = "", string mode = "644", string time = "2001-02-03 04:05:06")
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        System.IO.File.WriteAllText(this[name], content);
        Shell($"chmod {mode} '{name}'; touch -d '{time} UTC' '{name}'");
        return this;
    }

    /// <summary>In the directory, by a shell.</summary>
    public TestTree Shell(string script)
    {
        ProcessStartInfo start = new("/bin/sh", ["-ec", "umask 022\n" + script])
        {
            WorkingDirectory = Path, RedirectStandardError = true, RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
        return this;
    }

    public string Read(string name) => System.IO.File.ReadAllText(this[name]);

    /// <summary>A line for each name: kind, mode, owner, time, path, and what it holds. Of today is <c>now</c>.</summary>
    public string[] List(bool times = false) => ListOf(Root, times);

    public static string[] ListOf(DirectoryHandle root, bool times = false)
    {
        List<string> lines = [];
        List(root, "", times, lines);
        lines.Sort(StringComparer.Ordinal);
        return [.. lines];
    }

    private static void List(DirectoryHandle directory, string path, bool times, List<string> lines)
    {
        foreach (DirectoryEntry entry in directory.SortedEntries())
        {
            Assert.Equal(0, directory.TryStatus(entry.Name, out FileStatus status));
            string full = path + PathBytes.Show(entry.Name);
            string what = status.Kind switch
            {
                FileKind.Directory => "/", FileKind.Regular => "", FileKind.Link => $" -> {PathBytes.Show(directory.ReadLink(entry.Name))}",
                _ => $" {status.Kind}",
            };
            string time = times ? " " + DateTimeOffset.FromUnixTimeSeconds(status.Modified.Seconds)
                .ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) : "";
            lines.Add($"{full}{what} {Convert.ToString(status.Mode, 8)} {status.Uid}:{status.Gid}{time}");
            if (status.Kind != FileKind.Directory) continue;
            Assert.Equal(0, directory.TryOpen(entry.Name, out DirectoryHandle? below));
            using (below) List(below!, full + "/", times, lines);
        }
    }

    public void Dispose()
    {
        _root?.Dispose();
        TreeRemoval.Remove(Path);
    }
}
