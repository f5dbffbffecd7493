using Gantry.Api.Builds;
using Gantry.Cli.Builds;
using Gantry.Cli.CommandLine;
using Xunit;

namespace Gantry.Cli.Tests.Builds;

public sealed class AttestationFlagsTests
{
    private static string Read(string arguments)
    {
        FlagSet flags = new();
        AttestationFlags attestations = new(flags);
        FlagParser.Parse(flags, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), stopAtOperand: false);
        return string.Join(' ', attestations.All.Select(Show));
    }

    private static string Show(BuildAttestation one) => $"{one.Type}/{one.Mode}/{one.Version}/{one.BuilderId}/{one.Reproducible}";

    [Theory]
    [InlineData("", "")]
    [InlineData("--provenance=true", "provenance////False")]
    [InlineData("--provenance=false --sbom=false", "")]
    [InlineData("--sbom=true --provenance mode=max,version=v1", "sbom////False provenance/max/v1//False")]
    [InlineData("--attest type=provenance,mode=min,builder-id=me,reproducible=true", "provenance/min//me/True")]
    [InlineData("--attest type=sbom --attest type=sbom,disabled=true", "")]
    [InlineData("--provenance=false --provenance=mode=max", "provenance/max///False")]
    public void WhatWasSaidLastOfAKindCounts(string arguments, string asked) => Assert.Equal(asked, Read(arguments));
}
