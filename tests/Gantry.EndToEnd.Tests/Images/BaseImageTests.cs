using System.Text.Json.Nodes;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Images;

/// <summary>What <c>make run</c> makes of Debian's busybox.</summary>
public sealed class BaseImageTests
{
    [Fact]
    public async Task ItSaysNothingOfTheHourOfItsMaking()
    {
        using Scratch scratch = new();
        string archive = Path.Combine(scratch.Path, "image.tar");
        (await Command.Run(Path.Combine(Programs.Repository, "scripts/make-base-image"), "--archive", archive)).Succeeded();
        JsonNode config = JsonNode.Parse((await Command.Run("tar", "-xOf", archive, "./config.json")).Succeeded())!;
        DateTime busybox = File.GetLastWriteTimeUtc(Programs.Find("busybox")!);
        foreach (JsonNode? created in (JsonNode?[])[config["created"], config["history"]![0]!["created"]])
            Assert.InRange((created!.GetValue<DateTime>().ToUniversalTime() - busybox).TotalSeconds, -1, 0);
        Assert.DoesNotMatch(@"(?m) 20[2-9]\d-", (await Command.Run("tar", "-tvf", archive)).Succeeded());
    }
}
