using System.Diagnostics;
using Gantry.Engine.Containers;

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
}
