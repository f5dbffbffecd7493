using Gantry.Runtime.Cgroups.Systemd;

namespace Gantry.Runtime.Tests.Cgroups.Systemd;

public sealed class SystemdPlaceTests
{
    [Theory]
    [InlineData("system.slice:docker:abc", "docker-abc.scope", "system.slice", "/system.slice/docker-abc.scope")]
    [InlineData(":docker:abc", "docker-abc.scope", "system.slice", "/system.slice/docker-abc.scope")]
    [InlineData("::abc", "abc.scope", "system.slice", "/system.slice/abc.scope")]
    [InlineData("a-b-c.slice:p:n", "p-n.scope", "a-b-c.slice", "/a.slice/a-b.slice/a-b-c.slice/p-n.scope")]
    [InlineData("-.slice:p:n", "p-n.scope", "-.slice", "/p-n.scope")]
    [InlineData("::", "id.scope", "system.slice", "/system.slice/id.scope")]
    [InlineData("x.slice:ignored:y-z.slice", "y-z.slice", "y.slice", "/y.slice/y-z.slice")]
    [InlineData("::z.slice", "z.slice", "-.slice", "/z.slice")]
    [InlineData(null, "gantry-id.scope", "system.slice", "/system.slice/gantry-id.scope")]
    [InlineData("", "gantry-id.scope", "system.slice", "/system.slice/gantry-id.scope")]
    public void AUnitIsFound(string? cgroupsPath, string unit, string slice, string path) =>
        Assert.Equal(new SystemdPlace(unit, slice, path), SystemdPlace.Parse(cgroupsPath, "id", forUser: false));

    [Fact]
    public void AUserHasAnotherSlice() => Assert.Equal("/user.slice/p-n.scope", SystemdPlace.Parse(":p:n", "id", forUser: true).Path);

    [Theory]
    [InlineData("/docker/abc")]
    [InlineData("docker")]
    [InlineData("a:b")]
    [InlineData("a.slice:b:c:d")]
    [InlineData("system:docker:abc")]
    [InlineData(".slice:docker:abc")]
    [InlineData("-a.slice:docker:abc")]
    [InlineData("a--b.slice:docker:abc")]
    [InlineData("a-.slice:docker:abc")]
    [InlineData("a/b.slice:docker:abc")]
    [InlineData("../x.slice:docker:abc")]
    [InlineData("a.slice:docker:../abc")]
    [InlineData("a.slice:../docker:abc")]
    [InlineData("a.slice:docker:-.slice")]
    [InlineData("a.slice:docker:a--b.slice")]
    public void WhatHasAnotherFormIsRefusedByItsField(string cgroupsPath)
    {
        GantryException e = Assert.Throws<GantryException>(() => SystemdPlace.Parse(cgroupsPath, "id", forUser: false));
        Assert.StartsWith($"cgroupsPath \"{cgroupsPath}\": ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APathIsToldTheFormThatIsWanted() =>
        Assert.Contains("slice:prefix:name",
            Assert.Throws<GantryException>(() => SystemdPlace.Parse("/a/b", "id", forUser: false)).Message);
}
