namespace Gantry.Registry.Errors;

/// <summary>Why a registry refused, as far as that decides what the user is told.</summary>
public enum Refusal
{
    /// <summary>What the <see cref="GantryException"/> around it says is all that there is to say.</summary>
    Other,
    /// <summary>These credentials, or nobody, may do that; or it does not exist, and the registry does not tell.</summary>
    Denied,
    /// <summary>It wants credentials, or others.</summary>
    LoginRequired,
    /// <summary>There is no repository of this name.</summary>
    RepositoryUnknown,
    /// <summary>The repository may be there, and has no such tag, manifest or blob.</summary>
    NotFound,
}
