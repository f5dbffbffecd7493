using Gantry.Build.Dockerfile.Checks;
using Gantry.Build.Dockerfile.Ignore;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Dockerfile.Stages;

namespace Gantry.Build.Tests.Dockerfile.Checks;

public sealed class BuildChecksTests
{
    [Theory]
    [InlineData("FROM x AS Builder", "1 StageNameCasing: Stage name 'Builder' should be lowercase")]
    [InlineData("FROM x as b", "1 FromAsCasing: 'as' and 'FROM' keywords' casing do not match")]
    [InlineData("FROM x\nENV A=1 \\\n\n  B=2", "3 NoEmptyContinuation: Empty continuation line")]
    [InlineData("FROM x\nUSER a\nworkdir /b",
        "3 ConsistentInstructionCasing: Command 'workdir' should match the case of the command majority (uppercase)")]
    [InlineData("from x\nuser a\nWORKDIR /b",
        "3 ConsistentInstructionCasing: Command 'WORKDIR' should match the case of the command majority (lowercase)")]
    [InlineData("FROM x\nUser a",
        "2 ConsistentInstructionCasing: Command 'User' should match the case of the command majority (uppercase)")]
    [InlineData("FROM x AS a\nFROM y AS a", "2 DuplicateStageName: Duplicate stage name \"a\", stage names should be unique")]
    [InlineData("FROM x AS scratch",
        "1 ReservedStageName: Stage name should not use the same name as reserved stage \"scratch\"")]
    [InlineData("FROM x AS context",
        "1 ReservedStageName: Stage name should not use the same name as reserved stage \"context\"")]
    [InlineData("FROM x\nCMD a b",
        "2 JSONArgsRecommended: JSON arguments recommended for CMD to prevent unintended behavior related to OS signals")]
    [InlineData("FROM x\nENTRYPOINT a b",
        "2 JSONArgsRecommended: JSON arguments recommended for ENTRYPOINT to prevent unintended behavior related to OS signals")]
    [InlineData("FROM x\nMAINTAINER me", "2 MaintainerDeprecated: Maintainer instruction is deprecated in favor of using label")]
    [InlineData("FROM x\nCMD [\"a\"]\nCMD [\"b\"]", "2 MultipleInstructionsDisallowed: Multiple CMD instructions should not be used in the "
        + "same stage because only the last one will be used")]
    [InlineData("FROM x\nHEALTHCHECK NONE\nHEALTHCHECK NONE", "2 MultipleInstructionsDisallowed: Multiple HEALTHCHECK instructions should "
        + "not be used in the same stage because only the last one will be used")]
    [InlineData("FROM x\nENV a b", "2 LegacyKeyValueFormat: \"ENV key=value\" should be used instead of legacy \"ENV key value\" format")]
    [InlineData("FROM x\nLABEL a b",
        "2 LegacyKeyValueFormat: \"LABEL key=value\" should be used instead of legacy \"LABEL key value\" format")]
    [InlineData("ARG VARIANT=1\nFROM x:${VARIENT}",
        "2 InvalidDefaultArgInFrom: Default value for ARG x:${VARIENT} results in empty or invalid base image name\n"
        + "2 UndefinedArgInFrom: FROM argument 'VARIENT' is not declared (did you mean VARIANT?)")]
    [InlineData("ARG TAG\nFROM x:${TAG}",
        "2 InvalidDefaultArgInFrom: Default value for ARG x:${TAG} results in empty or invalid base image name")]
    [InlineData("FROM --platform=linux/amd64 x",
        "1 FromPlatformFlagConstDisallowed: FROM --platform flag should not use constant value \"linux/amd64\"")]
    [InlineData("FROM --platform=$TARGETPLATFORM x", "1 RedundantTargetPlatform: Setting platform to predefined $TARGETPLATFORM in FROM is "
        + "redundant as this is the default behavior")]
    [InlineData("FROM x\nWORKDIR a",
        "2 WorkdirRelativePath: Relative workdir \"a\" can have unexpected results if the base image changes")]
    [InlineData("FROM scratch\nARG VERSION=1\nENV A=$VERSOIN",
        "3 UndefinedVar: Usage of undefined variable '$VERSOIN' (did you mean $VERSION?)")]
    [InlineData("FROM scratch\nCOPY $foo .", "2 UndefinedVar: Usage of undefined variable '$foo'")]
    [InlineData("FROM x\nARG API_TOKEN", "2 SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data "
        + "(ARG \"API_TOKEN\")")]
    [InlineData("FROM x\nENV A=1 DB_PASSWORD=2", "2 SecretsUsedInArgOrEnv: Do not use ARG or ENV instructions for sensitive data "
        + "(ENV \"DB_PASSWORD\")")]
    [InlineData("FROM x\nEXPOSE 80/TCP", "2 ExposeProtoCasing: Defined protocol '80/TCP' in EXPOSE instruction should be lowercase")]
    [InlineData("FROM x\nEXPOSE 127.0.0.1:80:80", "2 ExposeInvalidFormat: EXPOSE instruction should not define an IP address or host-port "
        + "mapping, found '127.0.0.1:80:80'")]
    [InlineData("FROM x\nCOPY secret/a /", "2 CopyIgnoredFile: Attempting to COPY file \"secret/a\" that is excluded by .dockerignore")]
    [InlineData("FROM x\nADD ./secret/b /", "2 CopyIgnoredFile: Attempting to ADD file \"./secret/b\" that is excluded by .dockerignore")]
    public void Warns(string text, string expected) => Assert.Equal(expected, Run(text));

    [Theory]
    [InlineData("FROM x AS b\nFROM b\nUSER a")]
    [InlineData("from x as b\nuser a")]
    [InlineData("FROM x\nSHELL [\"bash\", \"-c\"]\nCMD a b")]
    [InlineData("FROM x AS a\nCMD [\"a\"]\nFROM y\nCMD [\"b\"]")]
    [InlineData("ARG TAG=1\nFROM x:$TAG")]
    [InlineData("FROM --platform=$BUILDPLATFORM x")]
    [InlineData("FROM --platform=linux/amd64 x AS build_amd64")]
    [InlineData("FROM x\nWORKDIR /a\nWORKDIR b")]
    [InlineData("FROM x AS a\nWORKDIR /a\nFROM a\nWORKDIR b")]
    [InlineData("FROM x\nWORKDIR $A")]
    [InlineData("FROM scratch\nARG A\nENV B=$A C=${D:-e} P=$PATH")]
    [InlineData("FROM unknown\nENV B=$A")]
    [InlineData("FROM scratch AS a\nENV A=1\nFROM a\nENV B=$A")]
    [InlineData("FROM scratch\nRUN echo $A")]
    [InlineData("FROM x\nARG PUBLIC_KEY MONKEY")]
    [InlineData("FROM x\nEXPOSE 80 53/udp $P")]
    [InlineData("FROM x\nCOPY --from=y secret/a b /\nCOPY secret/kept https://x/secret /")]
    [InlineData("# about it\nFROM x AS a")]
    [InlineData("# check=skip=StageNameCasing\nFROM x AS A")]
    [InlineData("# check=skip=all\nFROM x AS A\nMAINTAINER a")]
    [InlineData("# check=experimental=all\n# a is the first\nFROM x AS a\n\n# elsewhere\n\nARG B\n# far\n#\nARG C")]
    public void SaysNothing(string text) => Assert.Equal("", Run(text));

    [Theory]
    [InlineData("# check=experimental=InvalidDefinitionDescription\n# about it\nFROM x AS a")]
    [InlineData("# check=experimental=all\nFROM x\n# about it\nARG a=1")]
    public void AnExperimentalCheckIsAskedFor(string text) =>
        Assert.Contains("InvalidDefinitionDescription: Comment for build stage", Run(text));

    /// <summary>Each name that is not there was compared with each that is: some ten thousand million times.</summary>
    [Fact]
    public void AFileThatIsMadeToHaveVeryManyWarningsIsSaidToHaveMany()
    {
        const int count = 50_000;
        string known = string.Join(" \\\n", Enumerable.Range(0, count).Select(i => $"NAME{i}=x")),
            unknown = string.Join(" \\\n", Enumerable.Range(0, count).Select(i => $"A{i}=$OTHER{i}"));
        Assert.Equal(BuildChecks.Most, Run($"FROM scratch\nENV {known}\nENV {unknown}").Split('\n').Length);
    }

    [Fact]
    public void OptionsAreRead()
    {
        CheckOptions options = Options("# check=skip=A, B;error=true\nFROM x");
        Assert.Equal(["A", "B"], options.Skip);
        Assert.True(options.IsError);
        Assert.False(Options("FROM x").IsError);
    }

    [Theory]
    [InlineData("skip", "invalid check option \"skip\"")]
    [InlineData("error=maybe", "failed to parse check option \"error=maybe\"")]
    [InlineData("foo=1", "invalid check option \"foo\"")]
    public void OtherOptionsAreRefused(string option, string message) =>
        Assert.Equal(message, Assert.Throws<DockerfileException>(() => Options($"# check={option}\nFROM x")).Message);

    [Fact]
    public void EveryCheckHasANameOfItsOwn() =>
        Assert.Equal(BuildChecks.All.Count, BuildChecks.All.DistinctBy(check => check.Name).Count());

    private static CheckOptions Options(string text) => CheckOptions.Parse(BuildFile.Parse(text).Lexed.Directives.Check);

    private static string Run(string text)
    {
        CheckSubject subject = new(BuildFile.Parse(text))
        {
            Ignored = IgnorePatterns.Parse(SourceFile.Of("secret\n!secret/kept", ".dockerignore")),
        };
        return string.Join('\n', BuildChecks.Run(subject, Options(text)).Select(one => $"{one.Range.Line} {one.Check}: {one.Message}")
            .Order(StringComparer.Ordinal));
    }
}
