using System.Diagnostics;
using Gantry.Linux.Cgroups;

namespace Gantry.Runtime.Tests.CommandLine;

/// <summary>What has to hold of a restore whatever CRIU does: a script stands for it.</summary>
public sealed class RestoreTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly RuntimeBundle _bundle = new();

    private string GroupPath => $"/gantry-tests-{_bundle.Id}";

    private string Group => $"{(CgroupHost.IsUnified ? CgroupHost.UnifiedRoot : "/sys/fs/cgroup/freezer")}{GroupPath}";

    private string Images => Path.Combine(_bundle.Path, "images");

    private static (string File, string Frozen, string Thawed) Freezer =>
        CgroupHost.IsUnified ? ("cgroup.freeze", "1", "0") : ("freezer.state", "FROZEN", "THAWED");

    private string Criu(string script)
    {
        string program = Path.Combine(_bundle.Path, "criu");
        File.WriteAllText(program, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return program;
    }

    private Subprocess.Result Restore(string criu)
    {
        _bundle.Write(["sleep", "100"], spec => spec with { Linux = spec.Linux! with { CgroupsPath = GroupPath } });
        Directory.CreateDirectory(Images);
        File.WriteAllText(Path.Combine(Images, "gantry.json"), $$"""{"cgroupPath":"{{GroupPath}}","streams":[],"mounts":[]}""");
        return _bundle.Runtime("--criu", criu, "restore", "--detach", "--image-path", Images, "--bundle", _bundle.Path, _bundle.Id);
    }

    [Fact]
    public void NothingIsRestoredIntoAFrozenCgroup()
    {
        string asked = Path.Combine(_bundle.Path, "asked"), criu = Criu($": > {asked}; exit 1");
        Directory.CreateDirectory(Group);
        File.WriteAllText($"{Group}/{Freezer.File}", Freezer.Frozen);
        try
        {
            Subprocess.Result result = Restore(criu);
            Assert.Contains("container's cgroup unexpectedly frozen", result.Error);
            Assert.Equal((1, false, true), (result.ExitCode, File.Exists(asked), Directory.Exists(Group)));
        }
        finally
        {
            File.WriteAllText($"{Group}/{Freezer.File}", Freezer.Thawed);
            Directory.Delete(Group);
        }
    }

    [Fact]
    public void OneThatIsFrozenMeanwhileIsGivenUp()
    {
        Stopwatch clock = Stopwatch.StartNew();
        Subprocess.Result result = Restore(Criu($"echo {Freezer.Frozen} > {Group}/{Freezer.File}; exec sleep 60"));
        Assert.Contains("container's cgroup unexpectedly frozen", result.Error);
        Assert.True(clock.Elapsed < Limit, $"it waited for {clock.Elapsed}");
        _bundle.AssertNothingLeft();
    }

    public void Dispose() => _bundle.Dispose();
}
