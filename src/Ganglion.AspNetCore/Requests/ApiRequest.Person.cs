using System.Security.Claims;

namespace Ganglion.AspNetCore.Requests;

internal sealed partial class ApiRequest
{
    /// <summary>Who the application's authentication says that the caller is; <see langword="null"/>: nobody vouches for anyone.</summary>
    public (string Name, IReadOnlyList<string> Roles)? Person
    {
        get
        {
            ClaimsPrincipal user = Http.User;
            return user.Identity is { IsAuthenticated: true } identity
                ? (identity.Name ?? user.FindFirst(ClaimTypes.NameIdentifier)?.Value ?? "",
                    [.. user.Identities.SelectMany(one => one.FindAll(one.RoleClaimType)).Select(role => role.Value)])
                : null;
        }
    }

    /// <summary>Who does what is asked for: the person whom the application's authentication vouches for; where there is none, whoever the caller says.</summary>
    public string? PersonOr(string? said) => Person is { } person ? person.Name.Length > 0 ? person.Name : null : said;
}
