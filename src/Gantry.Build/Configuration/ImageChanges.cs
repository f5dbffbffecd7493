using Gantry.Build.Dockerfile.Instructions;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Oci.Image;

namespace Gantry.Build.Configuration;

/// <summary>The Dockerfile instructions that <c>commit --change</c> and <c>import --change</c> allow.</summary>
public static class ImageChanges
{
    /// <remarks>All changes together are one Dockerfile.</remarks>
    /// <exception cref="GantryException">Invalid: not an instruction that can be applied, or its arguments make no sense.</exception>
    public static ImageConfig Apply(ImageConfig config, IReadOnlyList<string> changes)
    {
        if (changes.Count == 0) return config;
        try
        {
            IReadOnlyList<Statement> statements = Lexer.Read(SourceFile.Of(string.Join('\n', changes))).Statements;
            if (statements.FirstOrDefault(one => !IsKnown(one.Name)) is { } other)
                throw GantryException.Invalid($"{other.Name.ToLowerInvariant()} is not a valid change command");
            ConfigurationSteps steps = new(config);
            foreach (Instruction instruction in statements.Select(InstructionParser.Parse).ToList()) steps.Apply(instruction);
            return steps.Config;
        }
        catch (DockerfileException e)
        {
            throw new GantryException(ErrorKind.InvalidArgument, e.Reason, e);
        }
    }

    private static bool IsKnown(string instruction) =>
        instruction is "CMD" or "ENTRYPOINT" or "ENV" or "EXPOSE" or "HEALTHCHECK" or "LABEL" or "ONBUILD" or "STOPSIGNAL" or "USER"
            or "VOLUME" or "WORKDIR";
}
