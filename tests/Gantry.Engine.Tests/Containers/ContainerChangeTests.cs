using System.Diagnostics;
using Gantry.Api.Containers;
using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Recovery;

namespace Gantry.Engine.Tests.Containers;

/// <summary>Changes of a container's record while the disk takes its time, or refuses.</summary>
public sealed class ContainerChangeTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ContainerFixture _containers = new();

    public void Dispose() => _containers.Dispose();

    [Fact]
    public async Task ARemovalDoesNotWaitForADiskThatIsSlowWithAnotherChange()
    {
        Container container = _containers.Add("web");
        using ManualResetEventSlim writes = new();
        string? temporary = null;
        Thread rename = new(() =>
        {
            // A FIFO in its place is as slow as its reader.
            temporary = $"{container.Paths.Config}.{Environment.CurrentManagedThreadId:x}.tmp";
            using (Process made = Process.Start("mkfifo", temporary)) made.WaitForExit();
            container.ChangeOnDisk("rename it", record =>
            {
                writes.Set();
                return record with { Name = "other" };
            });
        });
        rename.Start();
        Assert.True(writes.Wait(Patience, TestContext.Current.CancellationToken));
        Task removal = Task.Run(() => container.ChangeStatus(status => status with { RemovalInProgress = true }));
        bool inTime = await Task.WhenAny(removal, Task.Delay(Patience, TestContext.Current.CancellationToken)) == removal;
        using (File.OpenRead(temporary!)) rename.Join();
        Assert.True(inTime, "it waits");
        Assert.True(container is { Name: "other", Status.RemovalInProgress: true });
    }

    /// <summary>The file has the change already when the sync of its directory fails; whoever was refused it must not find it after the
    /// next start.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatWasRefusedForADirectoryThatCannotBeSyncedIsNotOnTheDiskEither(bool limits)
    {
        int refusals = 1;
        using PendingSaves saves = new();
        Container container = WithDisk(saves, () => refusals-- > 0);
        Refused(container, limits);
        Assert.Empty(saves.Open);
        AssertIsAsBefore(container);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ADiskThatRefusesThatTooGetsItLater(bool limits)
    {
        bool refuses = true;
        using PendingSaves saves = new();
        Container container = WithDisk(saves, () => refuses);
        Refused(container, limits);
        Assert.Single(saves.Open);
        refuses = false;
        saves.TryAgain();
        Assert.Empty(saves.Open);
        AssertIsAsBefore(container);
    }

    /// <param name="refuses">Whether this sync of a directory fails.</param>
    private Container WithDisk(PendingSaves saves, Func<bool> refuses)
    {
        Container real = _containers.Add("web");
        return new Container(real.Record, real.HostConfig, real.Paths, saves)
        {
            SyncDirectory = path => { if (refuses()) throw new IOException($"sync {path}: EIO"); },
        };
    }

    private static void Refused(Container container, bool limits)
    {
        HostConfig larger = HostConfigCopy.Of(container.HostConfig);
        larger.Memory = 7 << 20;
        GantryException e = Assert.Throws<GantryException>(() =>
        {
            if (limits) container.ChangeHostConfigOnDisk("change its limits", larger);
            else container.ChangeOnDisk("rename it", record => record with { Name = "other" });
        });
        Assert.Equal(ErrorKind.Internal, e.Kind);
        Assert.Contains(limits ? "change its limits: sync" : "rename it: sync", e.Message);
    }

    private static void AssertIsAsBefore(Container container)
    {
        ContainerRecord? record = ContainerRecords.Read(container.Paths, out HostConfig? host, out _);
        Assert.Equal("web", container.Name);
        Assert.Equal("web", record!.Name);
        Assert.Equal(0, container.HostConfig.Memory);
        Assert.Equal(0, host!.Memory);
    }
}
