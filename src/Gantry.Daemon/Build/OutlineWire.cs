using Gantry.Api.Builds;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Dockerfile.Outline;
using Gantry.Build.Dockerfile.Stages;
using Gantry.Build.Planning;

namespace Gantry.Daemon.Build;

/// <summary>The answer to who asks what a Dockerfile can be asked for.</summary>
internal static class OutlineWire
{
    public static BuildOutlineReport Of(BuildFile file, BuildOptions options)
    {
        TargetOutline outline =
            OutlineReader.Of(file, options.Target, options.Arguments, PlatformArguments.Of(options));
        List<byte[]> sources = [ByteText.Bytes(string.Join('\n', file.Lexed.Source.Lines))];
        return new BuildOutlineReport
        {
            Outline = new BuildOutline
            {
                Name = outline.Name, Description = outline.Description,
                Args = Some(outline.Arguments, argument => new BuildOutlineItem
                {
                    Name = argument.Name, Description = argument.Description, Location = At(argument.Range),
                    Value = argument.Value is { Length: > 0 } value ? value : null,
                }),
                Secrets = Some(outline.Secrets, Secret), Ssh = Some(outline.Agents, Secret),
                Cache = Some(outline.Caches, cache => new BuildOutlineCache { ID = cache.Id, Location = At(cache.Range) }),
                Sources = sources,
            },
            Targets = new BuildTargets { Targets = [.. OutlineStage.All(file).Select(Target)], Sources = sources },
        };
    }

    private static BuildTarget Target(OutlineStage target) => new()
    {
        Name = target.Name, Default = target.IsDefault, Description = target.Description, Base = target.Base, Platform = target.Platform,
        Location = At(target.Range),
    };

    private static BuildOutlineItem Secret(OutlineSecret secret) =>
        new() { Name = secret.Id, Required = secret.IsRequired, Location = At(secret.Range) };

    private static BuildLocation At(TextRange range) => new()
    {
        Ranges = [new BuildRange { Start = new BuildPosition { Line = range.Line }, End = new BuildPosition { Line = range.EndLine } }],
    };

    /// <returns>Null for none.</returns>
    private static List<TWire>? Some<T, TWire>(IReadOnlyList<T> all, Func<T, TWire> wire) => all.Count > 0 ? [.. all.Select(wire)] : null;
}
