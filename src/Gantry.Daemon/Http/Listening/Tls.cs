using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gantry.Daemon.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Gantry.Daemon.Http.Listening;

/// <summary>TLS for tcp addresses; with <c>--tlsverify</c> only clients that our CA has signed get in.</summary>
internal static class Tls
{
    /// <returns>Null when the configuration asks for none.</returns>
    /// <exception cref="GantryException">InvalidArgument: a certificate is missing or cannot be read.</exception>
    public static HttpsConnectionAdapterOptions? Load(DaemonOptions options)
    {
        if (!options.IsTls) return null;
        try
        {
            HttpsConnectionAdapterOptions https = new() { ServerCertificate = X509Certificate2.CreateFromPemFile(options.TlsCertificate, options.TlsKey) };
            if (options.TlsVerify) RequireClients(https, options.TlsCaCertificate);
            return https;
        }
        catch (Exception e) when (e is CryptographicException or IOException or ArgumentException)
        {
            throw GantryException.Invalid($"could not load X509 key pair (cert: \"{options.TlsCertificate}\", key: \"{options.TlsKey}\", CA: \"{options.TlsCaCertificate}\"): {e.Message}");
        }
    }

    private static void RequireClients(HttpsConnectionAdapterOptions https, string caFile)
    {
        X509Certificate2Collection authorities = [];
        authorities.ImportFromPemFile(caFile);
        https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        https.ClientCertificateValidation = (certificate, _, _) => IsSigned(certificate, authorities);
    }

    private static bool IsSigned(X509Certificate2 certificate, X509Certificate2Collection authorities)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        // Client authentication: a server's certificate of the same CA must not open the API.
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        return chain.Build(certificate);
    }
}
