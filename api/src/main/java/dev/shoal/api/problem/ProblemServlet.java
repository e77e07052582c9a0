package dev.shoal.api.problem;

import dev.shoal.model.json.Json;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The error page of what lies beside Jersey: unknown files and the like, as problems. Thread-safe. */
public final class ProblemServlet extends HttpServlet {
    /** Where it is mounted. */
    public static final String PATH = "/problem";

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        int status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code ? code : 404;
        response.setStatus(status);
        response.setContentType(Problem.MEDIA_TYPE);
        response.getOutputStream()
                .write(Json.bytes(Problem.of(status, status == 404 ? "there is nothing at this path" : "")));
    }
}
