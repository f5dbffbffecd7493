using Gantry.Api.Containers;
using Gantry.Engine.Containers;

namespace Gantry.Engine.Tests.Host;

/// <summary>A disk that takes nothing for a while.</summary>
public sealed class PendingSavesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-saves-").FullName;
    private readonly PendingSaves _saves = new();
    private readonly List<string> _said = [];

    public PendingSavesTests() => _saves.Changed += what => { lock (_said) _said.Add(what); };

    public void Dispose()
    {
        _saves.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void WhatIsWrittenLaterIsWhatIsTrueThen()
    {
        Container container = New();
        container.Change(record => record with { Name = "first" });
        container.Save(durable: true);
        Assert.Contains($"container {container.Id}", Assert.Single(_saves.Open));
        container.Change(record => record with { Name = "second" });
        container.Save(durable: true);
        _saves.TryAgain();
        Assert.Single(_saves.Open);
        Directory.CreateDirectory(container.Paths.Directory);
        _saves.TryAgain();
        Assert.Empty(_saves.Open);
        Assert.Contains("\"second\"", File.ReadAllText(container.Paths.Config));
        lock (_said) Assert.Equal(2, _said.Count);
    }

    [Fact]
    public async Task WhoChangesItIsWaitedFor()
    {
        Container container = New();
        container.Save(durable: true);
        Directory.CreateDirectory(container.Paths.Directory);
        using (await container.LockAsync(TestContext.Current.CancellationToken))
        {
            _saves.TryAgain();
            Assert.False(File.Exists(container.Paths.Config));
        }
        _saves.TryAgain();
        Assert.True(File.Exists(container.Paths.Config));
    }

    [Fact]
    public void ItIsTriedAgainByItself()
    {
        Container container = New();
        container.SaveHostConfig();
        Directory.CreateDirectory(container.Paths.Directory);
        Assert.True(SpinWait.SpinUntil(() => _saves.Open.Count == 0, TimeSpan.FromSeconds(30)));
        Assert.True(File.Exists(container.Paths.HostConfig));
    }

    [Fact]
    public void WhatIsGoneIsNotWritten()
    {
        Container container = New();
        container.Save(durable: true);
        container.ForgetSaves();
        Assert.Empty(_saves.Open);
    }

    [Fact]
    public void TheFirstTimeItFails() => Assert.ThrowsAny<IOException>(New().SaveNew);

    [Fact]
    public void WhatIsAddedWhileTheEarlierOneIsWrittenStays()
    {
        bool full = true;
        _saves.Run("x", Refuse, () =>
        {
            if (full) _saves.Run("x", Refuse, () => !full);
            return true;
        });
        _saves.TryAgain();
        Assert.Single(_saves.Open);
        full = false;
        _saves.TryAgain();
        Assert.Empty(_saves.Open);
    }

    [Fact]
    public void WhateverFailsLaterIsKeptAndSaid()
    {
        bool broken = true;
        Assert.False(_saves.Run("x", Refuse, () => broken ? throw new InvalidOperationException("changed meanwhile") : true));
        _saves.TryAgain();
        _saves.TryAgain();
        Assert.Contains("changed meanwhile", Assert.Single(_saves.Open));
        broken = false;
        _saves.TryAgain();
        Assert.Empty(_saves.Open);
        lock (_said) Assert.Equal(3, _said.Count);
    }

    /// <summary>A removal may fail, and then the container is as it was.</summary>
    [Fact]
    public void ARemovalThatIsUnderWayIsNoEndOfIt()
    {
        Container container = New();
        container.Save(durable: true);
        Directory.CreateDirectory(container.Paths.Directory);
        container.ChangeStatus(status => status with { RemovalInProgress = true });
        _saves.TryAgain();
        Assert.Single(_saves.Open);
        container.ChangeStatus(status => status with { RemovalInProgress = false });
        _saves.TryAgain();
        Assert.True(File.Exists(container.Paths.Config));
    }

    /// <summary>Whoever stops a container that is being removed says so in its record.</summary>
    [Fact]
    public void WhatARemovalHasTakenAwayIsNotSaidToBeUnsaved()
    {
        Container container = New();
        container.ChangeStatus(status => status with { RemovalInProgress = true });
        Assert.True(container.Save(durable: true));
        container.SaveHostConfig();
        container.SaveNetworkFiles(() => File.WriteAllText(container.Paths.Hosts, ""));
        Assert.Empty(_saves.Open);
        lock (_said) Assert.Empty(_said);
    }

    private static void Refuse() => throw new IOException("No space left on device");

    private Container New()
    {
        string id = new('a', 64);
        return new Container(new ContainerRecord
        {
            Id = id, Name = "web", Created = DateTimeOffset.UnixEpoch, Path = "true", Args = [], Config = new ContainerConfig(),
            Image = "", Driver = "overlay2", Mounts = [],
        }, new HostConfig(), new ContainerPaths(_root, _root, id), _saves);
    }
}
