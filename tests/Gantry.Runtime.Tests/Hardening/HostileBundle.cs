using System.Diagnostics;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Tests.Bundles;
using Gantry.Runtime.Tests.CommandLine;

namespace Gantry.Runtime.Tests.Hardening;

/// <summary>A bundle whose image an attacker wrote: a root of its own, to put links and other files into.</summary>
public sealed class HostileBundle : IDisposable
{
    private static readonly string[] Applets =
        ["sh", "cat", "echo", "ls", "readlink", "sleep", "true", "mkdir", "grep", "id", "stat", "wc", "cut", "test"];

    private readonly RuntimeBundle _bundle = new();

    public HostileBundle()
    {
        Root = Directory.CreateTempSubdirectory("gantry-image-").FullName;
        Outside = Directory.CreateTempSubdirectory("gantry-outside-").FullName;
        File.SetUnixFileMode(Root, (UnixFileMode)0x1ED);
        foreach (string name in (string[])["bin", "dev", "proc", "sys", "tmp", "etc"]) Directory.CreateDirectory(In(name));
        File.Copy("/bin/busybox", In("bin/busybox"));
        foreach (string applet in Applets) File.CreateSymbolicLink(In($"bin/{applet}"), "busybox");
    }

    public string Root { get; }

    /// <summary>A directory of the host, where nothing may ever appear.</summary>
    public string Outside { get; }

    public string Id => _bundle.Id;

    public RuntimeBundle Bundle => _bundle;

    /// <summary>A path of the image, as the host names it.</summary>
    public string In(string path) => Path.Combine(Root, path);

    public void Link(string path, string target)
    {
        if (Directory.Exists(In(path))) Directory.Delete(In(path), recursive: true);
        File.CreateSymbolicLink(In(path), target);
    }

    public HostileBundle Write(IReadOnlyList<string> command, Func<OciSpec, OciSpec>? change = null)
    {
        _bundle.Write(command, spec =>
        {
            OciSpec own = spec with { Root = new OciRoot { Path = Root } };
            return change?.Invoke(own) ?? own;
        });
        return this;
    }

    public HostileBundle Script(string script, Func<OciSpec, OciSpec>? change = null) => Write(["sh", "-c", script], change);

    public Subprocess.Result Run() => _bundle.Run();

    /// <summary>What the command wrote, when all went well.</summary>
    public string Output()
    {
        Subprocess.Result result = Run();
        Assert.Equal("", result.Error);
        return result.Output.Trim();
    }

    public Subprocess.Result Exec(params IReadOnlyList<string> arguments) => _bundle.Runtime(["exec", .. arguments]);

    /// <summary>The runtime with what a shell opens for it.</summary>
    public Subprocess.Result Runtime(string redirections, params IReadOnlyList<string> arguments) =>
        Await("/bin/sh", ["-c", $"exec \"$0\" \"$@\" {redirections}", RuntimeProgram.Path, "--root", _bundle.StateRoot, .. arguments]);

    /// <summary>The runtime on a host that was changed by a command, in a mount namespace of its own.</summary>
    public Subprocess.Result WithHost(string change, params IReadOnlyList<string> arguments) =>
        Await("unshare",
            ["--mount", "sh", "-e", "-c", $"{change}; exec \"$0\" \"$@\"", RuntimeProgram.Path, "--root", _bundle.StateRoot, .. arguments]);

    public static Subprocess.Result Await(string program, params IReadOnlyList<string> arguments) =>
        Subprocess.RunAsync(program, arguments, cancellation: TestContext.Current.CancellationToken).GetAwaiter().GetResult();

    /// <summary>Made and waiting for start.</summary>
    /// <returns>The first process.</returns>
    public int Create()
    {
        string pidFile = Path.Combine(_bundle.Path, "pid"), errors = Path.Combine(_bundle.Path, "errors");
        // Elsewhere, because the container would keep our pipes open.
        Subprocess.Result result = Runtime($"< /dev/null > /dev/null 2> {errors}", "create", "--pid-file", pidFile, "-b", _bundle.Path, Id);
        Assert.Equal((0, ""), (result.ExitCode, File.ReadAllText(errors)));
        return int.Parse(File.ReadAllText(pidFile));
    }

    public void AssertNothingOutside() => Assert.Empty(Directory.EnumerateFileSystemEntries(Outside));

    public static OciSpec WithMount(OciSpec spec, string destination, string type, string source, params string[] options) =>
        spec with { Mounts =
            [.. spec.Mounts ?? [], new OciMount { Destination = destination, Type = type, Source = source, Options = options }] };

    public static OciSpec Without(OciSpec spec, params string[] destinations) =>
        spec with { Mounts = [.. (spec.Mounts ?? []).Where(m => !destinations.Contains(m.Destination))] };

    public void Dispose()
    {
        _bundle.Dispose();
        Directory.Delete(Root, recursive: true);
        Directory.Delete(Outside, recursive: true);
    }

    /// <summary>Waits for a process that is nobody's child here.</summary>
    public static void AwaitEnd(int pid)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (Directory.Exists($"/proc/{pid}") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z "))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"process {pid} does not end");
            Thread.Sleep(1);
        }
    }
}
