using Gantry.Api.Containers;
using Gantry.Cli.Options;
using Xunit;

namespace Gantry.Cli.Tests.Options;

public sealed class StorageTests
{
    [Theory]
    [InlineData("/data", null, "/data")]
    [InlineData("data:/data", "data:/data", null)]
    [InlineData("/a:/b:ro,z", "/a:/b:ro,z", null)]
    public void AVolumeIsABindOrAnonymous(string spec, string? bind, string? anonymous)
    {
        ContainerConfig config = new();
        HostConfig host = new();
        VolumeFlag.Add(spec, config, host);
        Assert.Equal(bind, host.Binds?[0]);
        Assert.Equal(anonymous, config.Volumes?.Keys.First());
    }

    [Fact]
    public void ARelativeSourceIsMeantFromHere()
    {
        HostConfig host = new();
        VolumeFlag.Add("./x:/y", new ContainerConfig(), host);
        Assert.Equal($"{Path.GetFullPath("x")}:/y", host.Binds![0]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":/x")]
    [InlineData("/x:")]
    [InlineData("a:b:c:d")]
    public void RefusesVolumes(string spec) =>
        Assert.Throws<FormatException>(() => VolumeFlag.Add(spec, new ContainerConfig(), new HostConfig()));

    [Fact]
    public void ABindMount()
    {
        MountSpec mount = MountFlag.Parse("type=bind,src=/a,\"dst=/b,c\",ro,bind-propagation=rslave,bind-recursive=readonly");
        Assert.Equal(("bind", "/a", "/b,c", true), (mount.Type, mount.Source, mount.Target, mount.ReadOnly));
        Assert.Equal(("rslave", true), (mount.BindOptions!.Propagation, mount.BindOptions.ReadOnlyForceRecursive));
    }

    [Fact]
    public void AVolumeMount()
    {
        MountSpec mount = MountFlag.Parse("source=data,target=/b,readonly=false,volume-nocopy=true,volume-label=a=b,volume-driver=local,"
            + "volume-opt=type=nfs,volume-subpath=x");
        Assert.Equal(("volume", "data", false), (mount.Type, mount.Source, mount.ReadOnly));
        Assert.Equal("b", mount.VolumeOptions!.Labels!["a"]);
        Assert.Equal(("local", "nfs"), (mount.VolumeOptions.DriverConfig!.Name, mount.VolumeOptions.DriverConfig.Options!["type"]));
        Assert.Equal(("x", true), (mount.VolumeOptions.Subpath, mount.VolumeOptions.NoCopy));
    }

    [Fact]
    public void ATmpfsMount()
    {
        MountSpec mount = MountFlag.Parse("type=tmpfs,dst=/x,tmpfs-size=10m,tmpfs-mode=1770");
        Assert.Equal((10L << 20, Convert.ToInt32("1770", 8)), (mount.TmpfsOptions!.SizeBytes, mount.TmpfsOptions.Mode));
    }

    [Theory]
    [InlineData("foo", "invalid field 'foo' must be a key=value pair")]
    [InlineData("foo=bar,target=/x", "unexpected key 'foo' in 'foo=bar'")]
    [InlineData("type=bind,source=/x", "target is required")]
    [InlineData("type=,target=/x", "type is required")]
    [InlineData("type=tmpfs,target=/x,volume-nocopy", "cannot mix 'volume-*' options with mount type 'tmpfs'")]
    [InlineData("target=/x,readonly=maybe", "invalid value for readonly: maybe")]
    [InlineData("type=tmpfs,target=/x,tmpfs-mode=9", "invalid value for tmpfs-mode: 9")]
    [InlineData("type=tmpfs,target=/x,tmpfs-size=many", "invalid size: 'many'")]
    public void RefusesMounts(string spec, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => MountFlag.Parse(spec)).Message);

    [Theory]
    [InlineData("x,\"a=b")]
    [InlineData("a=b\"c\"")]
    public void RefusesStrayQuotes(string spec) => Assert.Throws<FormatException>(() => CsvFields.Split(spec));
}
