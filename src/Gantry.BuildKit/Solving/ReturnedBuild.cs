namespace Gantry.BuildKit.Solving;

/// <summary>What a client that is the front end itself has made of its build.</summary>
/// <param name="Configuration">What it says that the image is; null for what the result says of itself.</param>
internal sealed record ReturnedBuild(ISolvedBuild Result, byte[]? Configuration);
