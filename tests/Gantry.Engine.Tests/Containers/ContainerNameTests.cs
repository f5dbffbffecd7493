using Gantry.Engine.Containers;
using Xunit;

namespace Gantry.Engine.Tests.Containers;

public sealed class ContainerNameTests
{
    [Theory]
    [InlineData("web")]
    [InlineData("/web_1.a-b")]
    [InlineData("0a")]
    public void Valid(string name) => Assert.Equal(name.TrimStart('/'), ContainerName.Parse(name));

    [Theory]
    [InlineData("a")]
    [InlineData("-web")]
    [InlineData("a b")]
    [InlineData("ä1")]
    [InlineData("a/b")]
    public void RefusedInTheWordsThatClientsKnow(string name) =>
        Assert.Equal($"Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
            Assert.Throws<GantryException>(() => ContainerName.Parse(name)).Message);

    [Fact]
    public void AMadeUpNameIsValidAndFree()
    {
        int asked = 0;
        string name = ContainerName.Random(_ => asked++ < 8);
        Assert.Equal(name, ContainerName.Parse(name));
        Assert.Contains('_', name);
    }
}
