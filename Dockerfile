# The gateway in an image: started without npm, no development dependencies, nothing it could write to.
# A trial with synthetic charts: docker run -p 4000:4000 -e SANDBOX=open IMAGE
# For several architectures: docker buildx build --platform linux/amd64,linux/arm64 .
# The dependencies are JavaScript, so that they are installed once for all architectures.
FROM --platform=$BUILDPLATFORM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
ENV NODE_ENV=production
# Reached from outside the container; callers then need tokens (AUTH_MODE=jwt), but for a trial (SANDBOX=open).
ENV HOST=0.0.0.0
ENV PORT=4000
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./
COPY schema schema
COPY sandbox sandbox
COPY src src
COPY viewer/dist viewer/dist
USER node
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/livez`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Not through npm: signals go straight to the gateway.
CMD ["node", "--expose-gc", "--no-allocation-site-pretenuring", "src/main.ts"]
