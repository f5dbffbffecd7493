using System.Net;

namespace Gantry.Registry.Errors;

/// <summary>What a registry answered, behind the <see cref="GantryException"/> that it caused.</summary>
public sealed class RegistryAnswerException : Exception
{
    internal RegistryAnswerException(HttpStatusCode status, string? code) : base($"{(int)status} {code}")
    {
        Status = status;
        Code = code;
    }

    /// <summary>The code says more than the status, where there is one: registries disagree on the status.</summary>
    public Refusal Refusal => (Code, Status) switch
    {
        ("DENIED", _) => Refusal.Denied,
        ("UNAUTHORIZED", _) or (null, HttpStatusCode.Unauthorized) => Refusal.LoginRequired,
        ("NAME_UNKNOWN", _) => Refusal.RepositoryUnknown,
        (_, HttpStatusCode.NotFound) => Refusal.NotFound,
        _ => Refusal.Other,
    };

    internal HttpStatusCode Status { get; }

    /// <summary>Such as MANIFEST_UNKNOWN; null where the registry gave none.</summary>
    internal string? Code { get; }
}
