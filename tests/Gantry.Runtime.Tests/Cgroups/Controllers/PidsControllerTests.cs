using Gantry.Runtime.Cgroups.Controllers;
using Xunit;

namespace Gantry.Runtime.Tests.Cgroups.Controllers;

public sealed class PidsControllerTests : IDisposable
{
    private readonly string _top = Directory.CreateTempSubdirectory("gantry-pids-").FullName;

    public void Dispose() => Directory.Delete(_top, recursive: true);

    [Theory]
    [InlineData("max", "max", true)]
    [InlineData("100", "max", true)]
    [InlineData("max", "12", false)]
    [InlineData("12", "max", false)]
    public void ABirthBelowCountsInEveryGroupUpToTheContainers(string above, string below, bool room)
    {
        string nested = Directory.CreateDirectory($"{_top}/nested").FullName;
        Limit(_top, above);
        Limit(nested, below);
        Assert.Equal(room, PidsController.HasRoom(nested, _top));
        Assert.Equal(above != "12", PidsController.HasRoom(_top, _top));
    }

    [Fact]
    public void WhereNothingCountsThereIsRoom() => Assert.True(PidsController.HasRoom(_top, _top));

    private static void Limit(string group, string limit)
    {
        File.WriteAllText($"{group}/pids.max", limit + "\n");
        File.WriteAllText($"{group}/pids.current", "10\n");
    }
}
