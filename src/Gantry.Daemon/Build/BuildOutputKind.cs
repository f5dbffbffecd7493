namespace Gantry.Daemon.Build;

/// <summary>What becomes of a build's result.</summary>
internal enum BuildOutputKind
{
    /// <summary>An image in the store.</summary>
    Image,
    /// <summary>Its files, one by one, at the client.</summary>
    Directory,
    /// <summary>Its files as one archive at the client.</summary>
    FileArchive,
    /// <summary>An image, as an archive at the client: a layout of the OCI's that Docker's load reads too.</summary>
    ImageArchive,
    /// <summary>The same, for who reads it as Docker's: an image for one platform.</summary>
    DockerArchive,
}

internal static class BuildOutputKinds
{
    /// <summary>By BuildKit's names of exporters.</summary>
    public static string ToWire(this BuildOutputKind kind) => kind switch
    {
        BuildOutputKind.Image => "image", BuildOutputKind.Directory => "local", BuildOutputKind.FileArchive => "tar",
        BuildOutputKind.ImageArchive => "oci", _ => "docker",
    };
}
