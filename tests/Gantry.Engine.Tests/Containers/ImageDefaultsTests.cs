using Gantry.Api.Containers;
using Gantry.Api.Images;
using Gantry.Engine.Containers;
using Xunit;

namespace Gantry.Engine.Tests.Containers;

public sealed class ImageDefaultsTests
{
    private static readonly Oci.Image.ImageConfig Image =
        new() { Entrypoint = ["/entry"], Cmd = ["serve"], Env = ["A=image", "B=image"], User = "web", WorkingDir = "/srv" };

    [Fact]
    public void NothingSaidTakesTheImageWhole()
    {
        ContainerConfig config = new();
        ImageDefaults.Apply(config, Image);
        Assert.Equal(["/entry"], config.Entrypoint!);
        Assert.Equal(["serve"], config.Cmd!);
        Assert.Equal(("web", "/srv"), (config.User, config.WorkingDir));
    }

    [Fact]
    public void ACommandGoesToTheImagesEntrypoint()
    {
        ContainerConfig config = new() { Cmd = ["hello"] };
        ImageDefaults.Apply(config, Image);
        Assert.Equal(["/entry"], config.Entrypoint!);
        Assert.Equal(["hello"], config.Cmd!);
    }

    [Fact]
    public void AnEntrypointOfOnesOwnDoesWithoutTheImagesCommand()
    {
        ContainerConfig config = new() { Entrypoint = ["/mine"] };
        ImageDefaults.Apply(config, Image);
        Assert.Null(config.Cmd);
    }

    [Fact]
    public void AnEmptyEntrypointRemovesTheImages()
    {
        ContainerConfig config = new() { Entrypoint = [""], Cmd = ["sh"] };
        ImageDefaults.Apply(config, Image);
        Assert.Null(config.Entrypoint);
        Assert.Equal(["sh"], config.Cmd!);
    }

    [Fact]
    public void TheUsersVariablesWin()
    {
        ContainerConfig config = new() { Env = ["B=mine", "C=mine"] };
        ImageDefaults.Apply(config, Image);
        Assert.Equal(["B=mine", "C=mine", "A=image"], config.Env!);
    }
}
