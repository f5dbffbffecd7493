namespace Gantry.Daemon.Build;

/// <summary>What a build gives.</summary>
internal enum BuildOutput
{
    /// <summary>An image in the store.</summary>
    Image,
    /// <summary>The files of the result, as an archive within the answer.</summary>
    Files,
    /// <summary>An image, as an archive within the answer: a layout of the OCI's that Docker's load reads too.</summary>
    ImageArchive,
    /// <summary>The same, for who reads it as Docker's: an image for one platform.</summary>
    DockerArchive,
}
