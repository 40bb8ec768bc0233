using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Ganglion.AspNetCore.Tests;

/// <summary>An application that knows who calls: ines, who may approve.</summary>
internal sealed class SignedIn : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((HttpContext http, RequestDelegate then) =>
        {
            http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "ines"), new Claim(ClaimTypes.Role, "approver")], "test"));
            return then(http);
        });
        next(app);
    };
}
