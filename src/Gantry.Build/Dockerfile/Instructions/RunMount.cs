using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>What RUN has beside the file system of its stage: <c>--mount=type=cache,target=/root/.cache</c>.</summary>
/// <param name="Type">bind, cache, tmpfs, secret or ssh.</param>
/// <param name="From">Of bind and cache: a stage, an image or a named context.</param>
/// <param name="Environment">Of a secret: the variable that has it, in place of a file or beside it.</param>
/// <param name="Sharing">Of a cache: shared, private or locked.</param>
/// <param name="Size">Of a tmpfs, in bytes.</param>
public sealed record RunMount(string Type, string? Source, string? Target, string? From, string? Id, string? Environment, bool ReadOnly,
    bool Required, string Sharing, uint? UserId, uint? GroupId, int? Mode, long? Size)
{
    /// <exception cref="DockerfileException">An option that does not exist, not for this type, or makes no sense.</exception>
    public static RunMount Parse(Word word) => new RunMountReader(word).Read();
}
