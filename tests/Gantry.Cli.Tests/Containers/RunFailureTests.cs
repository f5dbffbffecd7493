using Gantry.Cli.Containers;
using Xunit;

namespace Gantry.Cli.Tests.Containers;

public sealed class RunFailureTests
{
    [Theory]
    [InlineData("exec: \"nosuch\": executable file not found in $PATH: unknown", 127)]
    [InlineData("exec: \"/nosuch\": stat /nosuch: no such file or directory: unknown", 127)]
    [InlineData("exec: \"/etc/passwd\": permission denied: unknown", 126)]
    [InlineData("exec: \"/etc\": is a directory: unknown", 126)]
    [InlineData("exec /x: exec format error", 126)]
    [InlineData("Conflict. The container name \"/x\" is already in use", 125)]
    public void StatusAsAShellHasIt(string message, int status) => Assert.Equal(status, RunFailure.StatusOf(message));
}
