using Gantry.Api.Containers;
using Gantry.Engine.Containers;

namespace Gantry.Engine.Tests.Containers;

public sealed class StartDependenciesTests
{
    [Fact]
    public void NamespacesAndLinks() =>
        Assert.Equal(["net", "ipc", "pid", "db", "cache"], StartDependencies.Of(new HostConfig
        {
            NetworkMode = "container:net", IpcMode = "container:ipc", PidMode = "container:pid", Links = ["/db:/web/database", "cache"],
        }));

    [Fact]
    public void OthersNeedNobody() =>
        Assert.Empty(StartDependencies.Of(new HostConfig { NetworkMode = "bridge", IpcMode = "private", PidMode = "host" }));
}
