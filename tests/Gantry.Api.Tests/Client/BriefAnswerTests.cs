using System.Text;
using Gantry.Api.Client;
using Gantry.Api.Containers;
using Xunit;

namespace Gantry.Api.Tests.Client;

public sealed class BriefAnswerTests
{
    private static byte[] Bytes(string json) => Encoding.UTF8.GetBytes(json);

    [Fact]
    public void ACreatedContainer()
    {
        ContainerCreateResponse created =
            BriefAnswer.Created(Bytes("""{"New":{"a":[1,{"Id":"no"}]},"Id":"abc","Warnings":["one","two"],"Other":5}"""));
        Assert.Equal("abc", created.Id);
        Assert.Equal(["one", "two"], created.Warnings);
        Assert.Empty(BriefAnswer.Created(Bytes("""{"Id":"abc","Warnings":null}""")).Warnings);
    }

    [Fact]
    public void AWait()
    {
        Assert.Equal(137, BriefAnswer.Waited(Bytes("""{"Error":null,"StatusCode":137}""")).StatusCode);
        ContainerWaitResponse failed = BriefAnswer.Waited(Bytes("""{"StatusCode":1,"Error":{"Code":[1],"Message":"gone"}}"""));
        Assert.Equal(("gone", 1L), (failed.Error!.Message, failed.StatusCode));
    }

    [Fact]
    public void AnExec()
    {
        Assert.Null(BriefAnswer.ExecExitCode(Bytes("""{"ExitCode":null,"Running":true}""")));
        Assert.Equal(3, BriefAnswer.ExecExitCode(Bytes("""{"ProcessConfig":{"ExitCode":9},"ExitCode":3}""")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"Id":5}""")]
    [InlineData("""{"Id":"a" """)]
    public void Damaged(string json) => Assert.Throws<ApiConnectionException>(() => BriefAnswer.Id(Bytes(json)));
}
