using System.Text;
using Gantry.Api.Client;
using Gantry.Api.Containers;
using Gantry.Api.Json;
using Xunit;

namespace Gantry.Api.Tests;

public sealed class JsonAnswerTests
{
    private static byte[] Bytes(string json) => Encoding.UTF8.GetBytes(json);

    [Fact]
    public void ACreatedContainer()
    {
        ContainerCreateResponse created =
            JsonAnswer.Created(Bytes("""{"New":{"a":[1,{"Id":"no"}]},"Id":"abc","Warnings":["one","two"],"Other":5}"""));
        Assert.Equal("abc", created.Id);
        Assert.Equal(["one", "two"], created.Warnings);
        Assert.Empty(JsonAnswer.Created(Bytes("""{"Id":"abc","Warnings":null}""")).Warnings);
    }

    [Fact]
    public void AWait()
    {
        Assert.Equal(137, JsonAnswer.Waited(Bytes("""{"Error":null,"StatusCode":137}""")).StatusCode);
        ContainerWaitResponse failed = JsonAnswer.Waited(Bytes("""{"StatusCode":1,"Error":{"Code":[1],"Message":"gone"}}"""));
        Assert.Equal(("gone", 1L), (failed.Error!.Message, failed.StatusCode));
    }

    [Fact]
    public void AnExec()
    {
        Assert.Null(JsonAnswer.ExecExitCode(Bytes("""{"ExitCode":null,"Running":true}""")));
        Assert.Equal(3, JsonAnswer.ExecExitCode(Bytes("""{"ProcessConfig":{"ExitCode":9},"ExitCode":3}""")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"Id":5}""")]
    [InlineData("""{"Id":"a" """)]
    public void Damaged(string json) => Assert.Throws<ApiConnectionException>(() => JsonAnswer.Id(Bytes(json)));
}
