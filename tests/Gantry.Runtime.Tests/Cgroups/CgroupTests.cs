using Gantry.Oci.Runtime;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Cgroups.Controllers;

namespace Gantry.Runtime.Tests.Cgroups;

public sealed class CgroupTests
{
    [Theory]
    [InlineData(null, "/gantry/id")]
    [InlineData("", "/gantry/id")]
    [InlineData("/docker/abc", "/docker/abc")]
    [InlineData("docker/abc", "/docker/abc")]
    [InlineData("/../../x", "/x")]
    [InlineData("system.slice:docker:abc", "/system.slice/docker-abc.scope")]
    public void APlaceIsFoundForEveryPath(string? path, string expected) => Assert.Equal(expected, ContainerCgroup.Place(path, "id"));

    [Fact]
    public void TheRootIsNoPlace() => Assert.Throws<GantryException>(() => ContainerCgroup.Place("/a/..", "id"));

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1024, 39)]
    [InlineData(262144, 10000)]
    [InlineData(0, 1)]
    public void SharesBecomeWeights(ulong shares, ulong weight) => Assert.Equal(weight, CpuController.Weight(shares));

    [Fact]
    public void DeviceRulesHaveV1sForm()
    {
        Assert.Equal("a", DeviceRules.TextV1(new OciDeviceRule { Allow = false, Access = "rwm" }));
        Assert.Equal("c 1:3 rw", DeviceRules.TextV1(new OciDeviceRule { Allow = true, Type = "c", Major = 1, Minor = 3, Access = "rw" }));
        Assert.Equal("b 8:* rwm", DeviceRules.TextV1(new OciDeviceRule { Allow = true, Type = "b", Major = 8, Minor = -1 }));
    }
}
