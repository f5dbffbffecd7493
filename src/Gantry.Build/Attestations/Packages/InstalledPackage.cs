namespace Gantry.Build.Attestations.Packages;

/// <summary>A package that a tree says it has.</summary>
/// <param name="Kind">As package addresses (purl) have it: <c>deb</c>, <c>apk</c>.</param>
/// <param name="Architecture">Empty where it is not said, as the others.</param>
/// <param name="Source">What it was built from, where that has another name.</param>
public sealed record InstalledPackage(string Kind, string Name, string Version, string Architecture, string Source, string Supplier,
    string License);
