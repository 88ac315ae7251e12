package rows

var (
	methods = []string{"GET", "GET", "GET", "POST", "PUT", "HEAD"}
	paths   = []string{
		"/", "/api/v1/orders", "/api/v1/items", "/static/app.js", "/static/app.css", "/api/v1/cart", "/login",
		"/api/v1/users", "/images/banner.png", "/search", "/healthz", "/api/v2/prices", "/checkout", "/favicon.ico",
		"/api/v1/sessions", "/docs/start", "/api/v1/stock", "/admin/reports", "/wp-login.php", "/.env",
	}
	agents = []string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0.0.0", "kube-probe/1.33", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1)",
		"okhttp/4.12.0", "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Firefox/143.0", "curl/8.10.1",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15", "python-requests/2.32.3",
		"Mozilla/5.0 (compatible; Googlebot/2.1)", "Go-http-client/2.0",
	}

	kubeApps = []string{
		"checkout", "cart", "catalog", "payment", "shipping", "search", "recommend", "account", "notify", "invoice", "stock", "gateway",
	}
	kubeFailures = []string{
		"error: connection to redis-0:6379 refused after ms=", "database error, deadlock detected in transaction ",
		"error from upstream payment-gateway, attempt ", "unexpected error while decoding message at offset ",
		"cannot publish event, broker returned error ", "error: context deadline exceeded, waited ms=",
	}
	kubeWork = []string{
		"request completed for order ", "cache hit for item ", "published event order.created id=", "loaded profile of user ",
		"stock reserved for sku ", "rendered page for session ", "price recalculated for basket ", "queued mail for customer ",
		"cache miss for item ", "token refreshed for client ", "search finished with results=", "webhook delivered to endpoint ",
	}

	javaApps = []string{"orders", "billing", "crm", "batch", "portal", "warehouse", "pricing"}
	threads  = []string{"http-nio-8080-exec", "pool-1-thread", "kafka-consumer", "scheduler", "hikari-housekeeper"}
	loggers  = []string{
		"c.e.order.OrderService", "c.e.billing.InvoiceJob", "c.e.web.RequestFilter", "o.s.w.s.DispatcherServlet",
		"c.z.hikari.pool.HikariPool", "c.e.stock.StockClient", "o.a.k.c.c.ConsumerCoordinator", "c.e.crm.CustomerRepository",
		"c.e.price.PriceEngine", "o.h.e.jdbc.spi.SqlExceptionHelper",
	}
	javaWork = []string{
		"handled order ", "stored invoice ", "committed offset ", "loaded customer ", "priced basket ",
		"sent message ", "refreshed stock item ", "closed session ",
	}
	exceptions = []string{
		"java.lang.IllegalStateException: no stock for item ",
		"java.net.SocketTimeoutException: Read timed out after ",
		"org.springframework.dao.DataAccessResourceFailureException: could not open connection ",
		"java.lang.NullPointerException: customer of order ",
		"com.example.billing.InvoiceException: totals differ by ",
		"java.util.concurrent.TimeoutException: waited ",
	}
	frameNames = []struct{ method, file string }{
		{"com.example.order.OrderService.place", "OrderService"},
		{"com.example.order.OrderController.post", "OrderController"},
		{"jdk.internal.reflect.DirectMethodHandleAccessor.invoke", "DirectMethodHandleAccessor"},
		{"java.lang.reflect.Method.invoke", "Method"},
		{"org.springframework.web.method.support.InvocableHandlerMethod.doInvoke", "InvocableHandlerMethod"},
		{"org.springframework.web.servlet.DispatcherServlet.doDispatch", "DispatcherServlet"},
		{"jakarta.servlet.http.HttpServlet.service", "HttpServlet"},
		{"org.apache.catalina.core.ApplicationFilterChain.doFilter", "ApplicationFilterChain"},
		{"org.apache.catalina.core.StandardWrapperValve.invoke", "StandardWrapperValve"},
		{"org.apache.coyote.http11.Http11Processor.service", "Http11Processor"},
		{"org.apache.tomcat.util.net.NioEndpoint$SocketProcessor.doRun", "NioEndpoint"},
		{"org.apache.tomcat.util.threads.ThreadPoolExecutor$Worker.run", "ThreadPoolExecutor"},
		{"com.example.stock.StockClient.reserve", "StockClient"},
		{"com.example.billing.InvoiceJob.total", "InvoiceJob"},
		{"com.zaxxer.hikari.pool.HikariPool.getConnection", "HikariPool"},
		{"org.hibernate.internal.SessionImpl.find", "SessionImpl"},
		{"java.util.concurrent.CompletableFuture.get", "CompletableFuture"},
		{"java.lang.Thread.run", "Thread"},
	}

	users = []string{
		"root", "admin", "test", "ubuntu", "oracle", "postgres", "git", "user", "deploy", "ftp", "mysql", "www", "jenkins", "pi", "guest",
	}
)
