using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Instructions;
using Gantry.Build.Dockerfile.Stages;

namespace Gantry.Build.Tests.Dockerfile.Expansion;

/// <summary>In which arguments variables have values, and in which they are somebody else's.</summary>
public sealed class ExpanderTests
{
    [Theory]
    [InlineData("COPY --from=$V --chown=$V --chmod=$V --exclude=$V $V b $V",
        "Sources=[v, b] Destination=v Owner=v Mode=v Exclude=[v] From=$V")]
    [InlineData("ADD --checksum=$V $V /", "Sources=[v] Destination=/ Checksum=v")]
    [InlineData("COPY <<a <<'b' /$V\n\"$V\" \\$V 'x'\na\n$V\nb", "Contents=[\"v\" $V 'x'\n, $V\n] Destination=/v")]
    [InlineData("RUN --mount=type=cache,target=/$V echo $V", "Mounts=[type=cache,target=/v] Words=[echo $V]")]
    [InlineData("CMD echo $V", "Words=[echo $V]")]
    [InlineData("ENTRYPOINT [\"$V\"]", "Words=[$V]")]
    [InlineData("SHELL [\"$V\"]", "Shell=[$V]")]
    [InlineData("LABEL $V=$V", "Pairs=[v=v]")]
    [InlineData("EXPOSE $V", "Ports=[v]")]
    [InlineData("EXPOSE $W", "Ports=[1, 2]")]
    [InlineData("VOLUME $V [a", "Paths=[v, [a]")]
    [InlineData("STOPSIGNAL $V", "Value=v")]
    [InlineData("MAINTAINER $V", "Value=$V")]
    [InlineData("ONBUILD USER $V", "Text=USER $V")]
    [InlineData("HEALTHCHECK CMD echo $V", "Test=[CMD-SHELL, echo $V]")]
    public void HasValuesWhereTheReferenceSaysSo(string line, string expected)
    {
        Instruction instruction = BuildFile.Parse("FROM x\n" + line).Stages[0].Instructions[0];
        Expander expander = new('\\', name => name switch { "V" => "v", "W" => "1 2", _ => null });
        Assert.Equal(expected, Show(instruction.Expand(expander)));
    }

    private static string Show(Instruction instruction) => instruction switch
    {
        CopyInstruction copy => $"{Files(copy.Files)}{Options(copy.Options)}{One("From", copy.From?.Text)}".Trim(),
        AddInstruction add => $"{Files(add.Files)}{Options(add.Options)}{One("Checksum", add.Checksum?.Text)}".Trim(),
        RunInstruction run => $"Mounts=[{run.Mounts[0]}] Words=[{run.Command.Words[0]}]",
        CmdInstruction cmd => $"Words=[{string.Join(", ", cmd.Command.Words)}]",
        EntrypointInstruction entrypoint => $"Words=[{string.Join(", ", entrypoint.Command.Words)}]",
        ShellInstruction shell => $"Shell=[{string.Join(", ", shell.Shell)}]",
        LabelInstruction label => $"Pairs=[{label.Pairs[0].Name}={label.Pairs[0].Value}]",
        ExposeInstruction expose => $"Ports=[{string.Join(", ", expose.Ports)}]",
        VolumeInstruction volume => $"Paths=[{string.Join(", ", volume.Paths)}]",
        StopSignalInstruction signal => $"Value={signal.Value}",
        MaintainerInstruction maintainer => $"Value={maintainer.Value}",
        OnBuildInstruction trigger => $"Text={trigger.Text}",
        HealthcheckInstruction check => $"Test=[{string.Join(", ", check.Test)}]",
        _ => "",
    };

    private static string Files(TransferArguments files) =>
        (files.Sources.Count > 0 ? $"Sources=[{string.Join(", ", files.Sources)}] " : "")
        + (files.Contents.Count > 0 ? $"Contents=[{string.Join(", ", files.Contents.Select(one => one.Content))}] " : "")
        + $"Destination={files.Destination}";

    private static string Options(TransferOptions options) => One("Owner", options.Owner?.Text) + One("Mode", options.Mode?.Text)
        + (options.Exclude.Count > 0 ? $" Exclude=[{string.Join(", ", options.Exclude)}]" : "");

    private static string One(string name, string? value) => value is null ? "" : $" {name}={value}";
}
