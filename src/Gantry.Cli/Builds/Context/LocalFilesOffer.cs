namespace Gantry.Cli.Builds.Context;

/// <summary>A directory as a context that is asked for by need.</summary>
/// <param name="Directory">Absolute and without links.</param>
/// <param name="Dockerfile">Its path among <paramref name="Files"/>.</param>
/// <param name="Files">The Dockerfile and the files of patterns, wherever they are from, by their paths.</param>
internal sealed record LocalFilesOffer(string Directory, string Dockerfile, IReadOnlyDictionary<string, byte[]> Files);
