using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Daemons;

/// <summary>What is held against a daemon was done in its machine, not by a neighbour on the same host.</summary>
public sealed class SmallMachineTests : IAsyncDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-neighbour-").FullName;

    private string Made(string name) => Directory.CreateDirectory($"{_root}/{name}").FullName;

    private static async Task Host(params string[] line) => (await Command.Run(line[0], line[1..])).Succeeded();

    [Fact]
    public async Task ANeighboursMountsAreNotTheMachines()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root");
        await Host("mount", "-t", "tmpfs", "neighbour", Made("goes"));
        await Host("mount", "-t", "tmpfs", "neighbour", Made("above/moves"));
        await using SmallMachine machine = await SmallMachine.Make();
        Assert.Empty(machine.Mounts());

        await Host("mount", "-t", "tmpfs", "neighbour", Made("comes"));
        await Host("umount", $"{_root}/goes");
        // The kernel takes the machine's copy away with the directory.
        Directory.Delete($"{_root}/goes");
        Directory.Move($"{_root}/above", $"{_root}/elsewhere");
        Assert.Empty(machine.Mounts());
    }

    [Fact]
    public async Task WhatIsMountedAndUnmountedInTheMachineIsSeen()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root");
        await Host("mount", "-t", "tmpfs", "neighbour", Made("lost"));
        await Host("mount", "-t", "tmpfs", "neighbour", Made("changed"));
        await using SmallMachine machine = await SmallMachine.Make();
        (await machine.RunInside("mount", "-t", "tmpfs", "own", Made("left"))).Succeeded();
        (await machine.RunInside("umount", $"{_root}/lost")).Succeeded();
        (await machine.RunInside("mount", "-o", "remount,bind,ro", $"{_root}/changed")).Succeeded();

        IReadOnlyList<string> seen = machine.Mounts();
        Assert.Equal(3, seen.Count);
        Assert.Single(seen, line => line.StartsWith($"mount {_root}/left rw", StringComparison.Ordinal));
        Assert.Single(seen, line => line.StartsWith($"mount {_root}/changed ro", StringComparison.Ordinal));
        Assert.Contains($"no longer mounted: {_root}/lost", seen);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string name in new[] { "goes", "above/moves", "elsewhere/moves", "comes", "lost", "changed" })
            await Command.Run("umount", "-q", $"{_root}/{name}");
        Directory.Delete(_root, recursive: true);
    }
}
