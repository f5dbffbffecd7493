using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Host;

/// <summary>Two programs of tests on one host do not get in each other's way.</summary>
public sealed class OwnMountsTests
{
    [Fact]
    public async Task DevicesAndMountsAreThisProgramsAlone()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root");
        // Whoever started this program has the host's.
        string starter = $"/proc/{(await Said("ps", "-o", "ppid=", "-p", $"{Environment.ProcessId}")).Trim()}";
        Assert.NotEqual(await Said("readlink", $"{starter}/ns/mnt"), await Said("readlink", $"/proc/{Environment.ProcessId}/ns/mnt"));
        string[] same = ["stat", "-L", "-c", "%F %t:%T %a %u:%g"], which = ["stat", "-L", "-c", "%d:%i"];
        Assert.Equal(await Said([.. same, $"{starter}/root/dev/null"]), await Said([.. same, "/dev/null"]));
        Assert.NotEqual(await Said([.. which, $"{starter}/root/dev/null"]), await Said([.. which, "/dev/null"]));
    }

    private static async Task<string> Said(params string[] line) => (await Command.Run(line[0], line[1..])).Succeeded();
}
